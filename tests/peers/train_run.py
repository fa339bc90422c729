"""Trains the plain PyTorch model on one batch again and again, in a process of its own. Prints one JSON object."""
import argparse
import json
import math
import sys
import time

import torch

import cases
import perceiver

RATE, DECAY, CLIP, AVERAGE = 1e-3, 0.01, 1.0, 0.99


def main():
    """Does what a step of ours does: forward, loss, backward, limited gradients, AdamW, and the average of the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="model directory")
    parser.add_argument("batch", help=".npz file of the batch")
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--foreach", action="store_true", help="changes all weights by one call of the optimizer's operations")
    parser.add_argument("--bfloat16", action="store_true", help="runs forward under autocast")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    model, arrays = perceiver.load(options.model).train(), cases.read(options.batch)
    name, = model.outputs
    batch = next(x for key, x in arrays.items() if key.startswith("inputs.")).shape[0]
    target = torch.arange(batch) % model.outputs[name].answer
    weights = list(model.parameters())
    optimizer = torch.optim.AdamW([{"params": [w for w in weights if w.dim() > 1], "weight_decay": DECAY},
                                   {"params": [w for w in weights if w.dim() < 2], "weight_decay": 0.0}], lr=RATE, foreach=options.foreach)
    averages, seconds, losses = [w.detach().clone() for w in weights], [], []
    for step in range(options.steps):
        start = time.perf_counter()
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1 + math.cos(math.pi * step / options.steps)) / 2
        optimizer.zero_grad(set_to_none=True)
        # A batch of its own, as a training that reads its data has it.
        now = {key: x.clone() for key, x in arrays.items()}
        with torch.autocast("cpu", torch.bfloat16, enabled=options.bfloat16):
            logits = model(now)[f"logits.{name}"]
        loss = torch.nn.functional.cross_entropy(logits.float(), target)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, CLIP)
        optimizer.step()
        with torch.no_grad():
            torch._foreach_mul_(averages, AVERAGE)
            torch._foreach_add_(averages, weights, alpha=1 - AVERAGE)
        losses.append(loss.item())
        seconds.append(time.perf_counter() - start)
    json.dump({"batch": batch, "seconds": seconds, "losses": losses}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
