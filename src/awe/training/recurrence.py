"""The recurrent block on a CPU: nn.GRU's equations, computed for a batch of mixed lengths without any padding.

The steps of all tokens lie in one matrix, first the first step of every token, longest token first, then the second
step of those that have one, and so on. So each matrix product is over real steps only; the weights' gradients are one
product over all steps instead of a sum of many small ones. PyTorch's own GRU on packed sequences is no faster on a CPU
than padding; this is several times faster, and keeps batches random (docs/benchmarks.md). On a GPU cuDNN is used.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Packing:
    """Where the steps of a batch lie in a matrix with one row a step.

    Attributes:
        sizes: tokens that have a first step, a second step and so on; falling.
        rows: for each row of the matrix its place in the padded batch (B, T) read row by row, with shape (R,).
        last: the row of each token's last step, with shape (B,).
        previous: for each row but those of the first steps the row of the same token's step before, shape (R - B,).

    """

    sizes: list[int]
    rows: Tensor
    last: Tensor
    previous: Tensor


def pack(steps: Tensor, longest: int) -> Packing:
    """Lay out tokens of `steps` (B,) steps, at least 1 each, that are padded to `longest` steps."""
    tokens = torch.argsort(steps, descending=True, stable=True)  # the longest first
    falling = steps[tokens]
    taken = falling[None, :] > torch.arange(int(falling[0]))[:, None]  # (T, B)
    step, place = taken.nonzero(as_tuple=True)  # (R,) each, ordered by step
    sizes = taken.sum(1)
    starts = sizes.cumsum(0) - sizes
    last = torch.empty_like(steps)
    last[tokens] = starts[falling - 1] + torch.arange(len(steps))
    later = step[len(steps) :]
    previous = starts[later - 1] + place[len(steps) :]
    return Packing(sizes.tolist(), tokens[place] * longest + step, last, previous)


def last_states(gru: nn.GRU, hidden: Tensor, steps: Tensor) -> Tensor:
    """Compute the last layer's state after each token's own last step, as `gru` defines it.

    Under autocast the products and gates are computed in bfloat16.

    Args:
        gru: one direction, batch first.
        hidden: its input, with shape (B, T, features).
        steps: of each token, with shape (B,).

    Returns:
        States with shape (B, width).

    """
    packing = pack(steps, hidden.shape[1])
    flat = hidden.flatten(0, 1).index_select(0, packing.rows)  # (R, features)
    precision = torch.bfloat16 if torch.is_autocast_enabled("cpu") else hidden.dtype
    flat = flat.to(precision)
    for layer in range(gru.num_layers):
        if layer and gru.training and gru.dropout:
            flat = dropout(flat, gru.dropout)
        weights = [getattr(gru, f"{name}_l{layer}") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
        flat = _Layer.apply(flat, *weights, packing)  # type: ignore[no-untyped-call]
    return flat.index_select(0, packing.last)


def run_gru(gru: nn.GRU, inputs: Any) -> Any:
    """Run `gru` on a tensor or a PackedSequence as PyTorch does, but on a GPU in single precision.

    There autocast has cuDNN compute in float16 whatever type it is set to, in which small gradients are 0.
    """
    with torch.autocast("cuda", enabled=False):
        return gru(inputs.float() if inputs.is_cuda else inputs)


def dropout(values: Tensor, probability: float) -> Tensor:
    """Set values to 0 with a probability, rounded to 1/65536, and scale up the others.

    PyTorch's own draws a number for each value, a tenth of a training step's time; this draws one for four values.
    """
    levels = 2**16
    dropped = round(probability * levels)
    random = torch.empty((values.numel() + 3) // 4, dtype=torch.int64).random_(-(2**63), None)
    kept = random.view(torch.int16)[: values.numel()].view(values.shape) >= dropped - levels // 2
    return values * kept * (levels / (levels - dropped))


class _Layer(torch.autograd.Function):
    """One layer of a GRU: all states (R, H) from all inputs (R, features).

    With gates in PyTorch's order (reset r, update z, new n) and x, h the products of input and state before a gate:
    r = sigmoid(x_r + h_r), z = sigmoid(x_z + h_z), n = tanh(x_n + r * h_n), state = n + z * (state before - n).
    """

    @staticmethod
    def forward(ctx: Any, inputs: Tensor, *weights_and_packing: Any) -> Tensor:
        *weights, packing = weights_and_packing
        width = weights[1].shape[1]
        with torch.autocast("cpu", enabled=False):
            from_input, from_state, input_bias, state_bias = (weight.detach().to(inputs.dtype) for weight in weights)
            gates = torch.addmm(input_bias, inputs, from_input.T)  # (R, 3 H), turned into r, z and n in place
            products = torch.empty_like(gates)  # of the states, (R, 3 H)
            states = gates.new_empty(len(gates), width)
            before = gates.new_zeros(packing.sizes[0], width)
            from_before = from_state.T.contiguous()  # laid out once for all steps
            by_step = (torch.split(rows, packing.sizes) for rows in (gates, products, states))
            for gate, product, after in zip(*by_step, strict=True):
                before = before[: len(gate)]
                torch.addmm(state_bias, before, from_before, out=product)
                reset, update, new = gate.split(width, dim=1)
                gate[:, : 2 * width].add_(product[:, : 2 * width]).sigmoid_()
                new.addcmul_(reset, product[:, 2 * width :]).tanh_()
                before = torch.lerp(new, before, update, out=after)
        ctx.save_for_backward(inputs, from_input, from_state, gates, products[:, 2 * width :], states)
        ctx.packing, ctx.weight_type = packing, weights[0].dtype
        return states

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        inputs, from_input, from_state, gates, new_product, states = ctx.saved_tensors
        packing, width = ctx.packing, states.shape[1]
        reset, update, new = gates.split(width, dim=1)  # (R, H) each
        before = torch.empty_like(states)
        before[: packing.sizes[0]] = 0
        torch.index_select(states, 0, packing.previous, out=before[packing.sizes[0] :])
        # the arguments of n, r, z, and of h_n: the first three belong to the input, the last three to the state. First how
        # each moves with the state, for all steps at once, then times the state's gradient, from the last step back
        arguments = states.new_empty(len(states), 4, width)
        of_new, of_reset, of_update, of_product = arguments.unbind(1)  # (R, H) each
        torch.ops.aten.tanh_backward(1 - update, new, grad_input=of_new)
        torch.mul(of_new, torch.ops.aten.sigmoid_backward(new_product, reset), out=of_reset)
        torch.ops.aten.sigmoid_backward(before - new, update, grad_input=of_update)
        torch.mul(of_new, reset, out=of_product)
        of_states = gradients[0].clone()
        by_step = [torch.split(rows, packing.sizes) for rows in (arguments, of_states, update)]
        for step in reversed(range(len(packing.sizes))):
            argument, of_state, kept = (parts[step] for parts in by_step)
            argument.mul_(of_state[:, None])
            if step:
                of_before = by_step[1][step - 1][: len(of_state)]
                of_before.addcmul_(of_state, kept).addmm_(argument.flatten(1)[:, width:], from_state)
        arguments = arguments.flatten(1)  # (R, 4 H)
        of_inputs, of_products = arguments[:, : 3 * width], arguments[:, width:]
        of_biases = arguments.sum(0)
        new_first = from_input.roll(width, 0)  # its gates in the order n, r, z
        of_weights = [
            (of_inputs.T @ inputs).roll(-width, 0),
            of_products.T @ before,
            of_biases[: 3 * width].roll(-width),
            of_biases[width:],
        ]
        of_input = of_inputs @ new_first if ctx.needs_input_grad[0] else None
        return of_input, *(gradient.to(ctx.weight_type) for gradient in of_weights), None
