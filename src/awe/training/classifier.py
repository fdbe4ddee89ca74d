"""The word classifier's loss."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from awe.training.objective import Losses, Objective, Targets, Task


class Classifier(Objective):
    """Cross-entropy of the word type, predicted by one linear layer."""

    classes: Tensor

    def __init__(self, task: Task) -> None:
        super().__init__()
        self.output = nn.Linear(task.model.embedding_width, len(task.train_words))
        classes = np.full(len(task.vectors), -1, dtype=np.int64)
        classes[task.train_words] = np.arange(len(task.train_words))
        self.register_buffer("classes", torch.from_numpy(classes), persistent=False)

    def forward(self, embeddings: Tensor, partners: Tensor | None, targets: Targets) -> Losses:  # noqa: ARG002
        """Loss of a batch; see `Objective.forward`."""
        loss = F.cross_entropy(self.output(embeddings).float(), self.classes[targets.words])
        return self.without_parts(loss, loss)
