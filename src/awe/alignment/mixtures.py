"""Gaussian mixtures with diagonal covariances, one per acoustic state."""

import copy
import math
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

VARIANCE_FLOOR = 0.01  # of the features' variance, which is 1 after normalisation
FEWEST_FRAMES = 10.0  # a state with less keeps the weights of its components
PRIOR_FRAMES = 5.0  # average frames, with mean 0 and variance 1, that each component starts from
SPLIT_STEP = 0.2  # in standard deviations


@dataclass
class Mixtures:
    """Mixtures with `M` components for each of `S` states over `D` dimensions.

    Attributes:
        log_weights: shape `(S, M)`; minus infinity marks a component that does not exist.
        means: shape `(S, M, D)`.
        variances: shape `(S, M, D)`.

    """

    log_weights: Tensor
    means: Tensor
    variances: Tensor

    @cached_property
    def _projection(self) -> tuple[Tensor, Tensor]:
        """Constants `(S, M)` and factors `(S, M, 2 D)` of frames and their squares, which give the scores."""
        precisions = 1 / self.variances
        constants = self.log_weights - 0.5 * (
            (self.means**2 * precisions).sum(-1)
            + self.variances.log().sum(-1)
            + self.means.shape[2] * math.log(2 * math.pi)
        )
        return constants, torch.cat([self.means * precisions, -0.5 * precisions], 2)

    @cached_property
    def _projection_by_component(self) -> tuple[Tensor, Tensor]:
        """The same with shapes `(M, S)` and `(M, S, 2 D)`."""
        constants, factors = self._projection
        return constants.T.contiguous(), factors.transpose(0, 1).contiguous()

    def component_shares(self, inputs: Tensor, state: int) -> Tensor:
        """Probability of each of a state's components, given frames with their squares `(N, 2 D)`: `(N, M)`."""
        constants, factors = self._projection
        if constants.shape[1] == 1:
            return torch.ones(len(inputs), 1)
        return torch.addmm(constants[state], inputs, factors[state].T).softmax(1)

    def log_densities(self, frames: Tensor) -> Tensor:
        """Log density of frames `(N, D)` in each state: `(N, S)`."""
        constants, factors = self._projection_by_component
        flat = torch.addmm(constants.flatten(), with_squares(frames), factors.flatten(0, 1).T)
        scores = flat.view(len(frames), *constants.shape).unbind(1)  # (N, S) for each component
        largest = scores[0]
        for one in scores[1:]:
            largest = torch.maximum(largest, one)
        if len(scores) == 1:
            return largest
        # a sum over slices is several times faster than torch's logsumexp over so short a dimension
        total = (scores[0] - largest).exp_()
        for one in scores[1:]:
            total += (one - largest).exp_()
        return total.log_() + largest


def with_squares(frames: Tensor) -> Tensor:
    """Frames `(N, D)` followed by their squares: `(N, 2 D)`."""
    return torch.cat([frames, frames**2], 1)


class Statistics:
    """Sums over frames from which mixtures are estimated anew."""

    def __init__(self, mixtures: Mixtures) -> None:
        self.counts = torch.zeros_like(mixtures.log_weights, dtype=torch.float64)
        self.sums = torch.zeros_like(mixtures.means, dtype=torch.float64)
        self.squares = torch.zeros_like(mixtures.means, dtype=torch.float64)

    def add(self, mixtures: Mixtures, frames: Tensor, states: Tensor) -> None:
        """Add frames `(N, D)` with their states `(N,)`."""
        order, sizes = states.argsort(stable=True), states.bincount().tolist()
        dimension = frames.shape[1]
        for state, group in enumerate(torch.split_with_sizes(with_squares(frames[order]), sizes)):
            if not len(group):
                continue
            shares = mixtures.component_shares(group, state).T  # (M, n)
            totals = shares @ group  # (M, 2 D)
            self.counts[state] += shares.sum(1)
            self.sums[state] += totals[:, :dimension]
            self.squares[state] += totals[:, dimension:]

    def without(self, part: "Statistics") -> "Statistics":
        """Statistics of what is in these but not in a part of them."""
        rest = copy.copy(self)
        rest.counts, rest.sums = (self.counts - part.counts).clamp(min=0), self.sums - part.sums
        rest.squares = self.squares - part.squares
        return rest

    def estimate(self, old: Mixtures) -> Mixtures:
        """Mixtures of maximum a posteriori likelihood, as if each component had seen some average frames as well.

        Without them a phone of one word is fitted to wherever its few frames happened to fall, so tightly that its
        states stay there, and the whole utterance is aligned around the mistake.
        """
        counts = (self.counts + PRIOR_FRAMES)[..., None]
        means = self.sums / counts
        variances = ((self.squares + PRIOR_FRAMES) / counts - means**2).clamp(min=VARIANCE_FLOOR)
        total = self.counts.sum(1, keepdim=True)
        weights = torch.where(total >= FEWEST_FRAMES, self.counts / total.clamp(min=1e-8), old.log_weights.exp())
        return Mixtures(weights.log().float(), means.float(), variances.float())


def split(mixtures: Mixtures, counts: Tensor) -> Mixtures:
    """Double the components; those with too few frames (`counts`, `(S, M)`) stay one."""
    can = counts >= 4 * FEWEST_FRAMES
    step = SPLIT_STEP * mixtures.variances.sqrt() * can[..., None]
    halved = mixtures.log_weights - torch.log(torch.tensor(2.0)) * can
    absent = torch.full_like(halved, -torch.inf)
    return Mixtures(
        torch.cat([halved, torch.where(can, halved, absent)], 1),
        torch.cat([mixtures.means + step, mixtures.means - step], 1),
        mixtures.variances.repeat(1, 2, 1),
    )


def single_gaussians(frames: Tensor, states: Tensor, num_states: int) -> Mixtures:
    """Estimate one Gaussian per state; a state with hardly any frames gets the Gaussian of all frames.

    Args:
        frames: shape `(N, D)`.
        states: state of each frame, shape `(N,)`.
        num_states: states there are.

    """
    everything = Mixtures(
        torch.zeros(num_states, 1),
        frames.mean(0).expand(num_states, 1, -1),
        frames.var(0, correction=0).clamp(min=VARIANCE_FLOOR).expand(num_states, 1, -1),
    )
    statistics = Statistics(everything)
    statistics.add(everything, frames, states)
    return statistics.estimate(everything)


def adapt_means(mixtures: Mixtures, statistics: Statistics, prior_frames: float) -> Mixtures:
    """Move the means towards one speaker's frames (maximum a posteriori; Gauvain and Lee, 1994, equation 27).

    Args:
        mixtures: of all speakers.
        statistics: of the speaker's frames under these mixtures.
        prior_frames: how many of the speaker's frames in a component weigh as much as all other speakers together.

    """
    means = (prior_frames * mixtures.means + statistics.sums) / (prior_frames + statistics.counts)[..., None]
    return Mixtures(mixtures.log_weights, means.float(), mixtures.variances)
