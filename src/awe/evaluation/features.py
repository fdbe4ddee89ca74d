"""Reading the features of chosen tokens back from the shards."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from awe.errors import TableError
from awe.tables import read_arrow


def read_segments(shards: Sequence[Path], token_ids: Sequence[str]) -> list[np.ndarray]:
    """Return the features `(T, C)` of every token, in the given order; one shard is in memory at a time.

    Raises:
        TableError: if a token is in no shard.

    """
    wanted = pa.array(token_ids, pa.string())
    found: dict[str, np.ndarray] = {}
    for path in shards:
        shard = read_arrow("features", path)
        shard = shard.filter(pc.is_in(shard["token_id"], value_set=wanted))
        frames, features = shard["num_frames"].to_numpy(), shard["features"].to_numpy(zero_copy_only=False)
        for token_id, num_frames, flat in zip(shard["token_id"].to_pylist(), frames, features, strict=True):
            found[str(token_id)] = np.asarray(flat, dtype=np.float32).reshape(num_frames, -1)
    missing = [token_id for token_id in token_ids if token_id not in found]
    if missing:
        raise TableError(f"{shards[0].parent}: {len(missing)} tokens have no features, e.g. {missing[0]!r}")
    return [found[token_id] for token_id in token_ids]
