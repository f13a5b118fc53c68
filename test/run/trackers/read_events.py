"""What TensorBoard reads of a folder of event files, as JSON."""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
events.Reload()
tags = events.Tags()


def value_of(event):
    return float(event.tensor_proto.float_val[0]) if event.tensor_proto.float_val else None


if "train/agreement" in tags["scalars"]:
    agreement = [[e.step, e.value] for e in events.Scalars("train/agreement")]
else:
    agreement = [[e.step, value_of(e)] for e in events.Tensors("train/agreement")]
names = sorted(t for t in tags["scalars"] + tags["tensors"] if t.startswith("train/"))
text = events.Tensors("config/text_summary")[0].tensor_proto.string_val[0].decode()
print(json.dumps({"agreement": agreement, "tags": names, "text": text}))
