"""Perceiver IO (arXiv:2107.14795) in plain PyTorch modules, with the names of Hugging Face's state dictionaries."""
import torch
from torch import nn

import checkpoint
import families
import positions
from layers import Layer, patches, space, trained


class Perceiver(nn.Module):
    """A model. `forward` takes and gives arrays under the names of Hugging Face's `forward`."""

    def __init__(self, config):
        super().__init__()
        self.kind = config.get("architectures", ["StreamPerceiver"])[0]
        self.joined = self.kind in ("StreamPerceiver", "PerceiverForMultimodalAutoencoding")
        self.inputs, self.outputs = self.streams(config)
        n, d = config["num_latents"], config["d_latents"]
        wide = max(i.width for i in self.inputs.values()) + (config.get("input_min_padding", 4) if self.joined else 0)
        qk, v = config.get("qk_channels"), config.get("v_channels")
        self.blocks = config["num_blocks"]
        self.perceiver = space(
            embeddings=space(latents=trained(n, d)),
            encoder=space(
                cross_attention=Layer(d, wide, qk, v, config["num_cross_attention_heads"], config["cross_attention_widening_factor"]),
                self_attends=nn.ModuleList(
                    Layer(d, None, qk, v, config["num_self_attention_heads"], config["self_attention_widening_factor"])
                    for _ in range(config["num_self_attends_per_block"]))),
            input_preprocessor=nn.Module(), decoder=nn.Module())
        for name, i in self.inputs.items():
            if i.resolution:
                self.register_buffer(f"at_{name}", positions.over_grid(i.grid, i.bands, i.resolution), persistent=False)
        self.add_preprocessor(wide)
        (self.add_shared_decoder if self.joined else self.add_own_decoder)(config, d)

    def streams(self, config):
        """The inputs and the outputs of a joined model; the input alone of the others."""
        if self.kind == "StreamPerceiver":
            return families.own(config)
        if self.kind == "PerceiverForMultimodalAutoencoding":
            return families.multimodal(config)
        one = {"PerceiverForMaskedLM": families.text, "PerceiverForOpticalFlow": families.flow,
               "PerceiverForImageClassificationFourier": lambda _: families.image(size=[224, 224])}[self.kind](config)
        return {"": one}, {}

    def add_preprocessor(self, wide):
        """What of the inputs is trained."""
        pre = self.perceiver.input_preprocessor
        if self.joined:
            pre.padding = nn.ParameterDict({name: trained(1, wide - i.width) for name, i in self.inputs.items()})
            if self.kind != "StreamPerceiver":
                pre.mask = nn.ParameterDict({name: trained(1, wide) for name in self.inputs})
        elif self.kind == "PerceiverForMaskedLM":
            pre.embeddings = nn.Embedding(262, wide)
            pre.position_embeddings = nn.Embedding(self.inputs[""].grid[0], wide)
        elif self.kind == "PerceiverForOpticalFlow":
            pre.conv_after_patches = nn.Linear(54, 64)

    def add_own_decoder(self, config, d):
        """The decoder of a model with one output."""
        if self.kind == "PerceiverForMaskedLM":
            i = self.inputs[""]
            decoder = self.perceiver.decoder
            decoder.decoding_cross_attention = Layer(i.width, d, 256, i.width, 8, residual=False)
            decoder.output_position_encodings = space(position_embeddings=trained(i.grid[0], i.width))
            self.embedding_decoder = space(bias=trained(262))
            return
        decoder = self.perceiver.decoder.decoder = nn.Module()
        if self.kind == "PerceiverForOpticalFlow":
            decoder.decoding_cross_attention = Layer(self.inputs[""].width, d, residual=False)
            decoder.final_layer = nn.Linear(self.inputs[""].width, 2)
        else:
            decoder.decoding_cross_attention = Layer(d, d)
            decoder.output_position_encodings = space(position_embeddings=trained(1, d))
            decoder.final_layer = nn.Linear(d, families.labels(config))

    def add_shared_decoder(self, config, d):
        """One decoder for all outputs; each has its queries, its padding and its head."""
        wide, between = max(o.width for o in self.outputs.values()) + 2, config["output_num_channels"]
        decoder, heads, queries = self.perceiver.decoder, {}, {}
        decoder.decoder = space(decoding_cross_attention=Layer(wide, d, residual=False), final_layer=nn.Linear(wide, between))
        decoder.padding = nn.ParameterDict({name: trained(1, wide - o.width) for name, o in self.outputs.items()})
        for name, o in self.outputs.items():
            heads[name] = space(classifier=nn.Linear(between, o.answer))
            if o.query:
                queries[name] = space(decoder=space(output_position_encodings=space(position_embeddings=trained(1, o.query))))
            for axis, table in enumerate(positions.point_tables(o.grid, o.bands, o.resolution)):
                self.register_buffer(f"point_{name}_{axis}", table, persistent=False)
        decoder.modalities = nn.ModuleDict(queries)
        self.perceiver.output_postprocessor = space(modalities=nn.ModuleDict(heads))

    def tokens_of(self, name, x):
        """Content and positions of one input, (B, M, C)."""
        i, pre = self.inputs[name], self.perceiver.input_preprocessor
        if i.kind == "text":
            return pre.embeddings(x) + pre.position_embeddings.weight[:x.shape[1]]
        if i.kind in ("image", "video"):
            x = patches(x.unsqueeze(1) if i.kind == "image" else x, *i.patch)
            x = pre.conv_after_patches(x).float() if hasattr(pre, "conv_after_patches") else x
        elif i.kind == "audio":
            x = x.reshape(x.shape[0], -1, i.patch[0])
        elif i.kind == "one_hot":
            x = x.unsqueeze(1)
        if i.resolution:
            x = torch.cat([x, getattr(self, f"at_{name}").expand(x.shape[0], -1, -1)], -1)
        return x

    def join(self, arrays):
        """Tokens of all inputs, each padded to the same width, in the order of their names."""
        pre, rows = self.perceiver.input_preprocessor, []
        for name, i in self.inputs.items():
            x = self.tokens_of(name, arrays[f"inputs.{name}"])
            if i.kind == "one_hot" and hasattr(pre, "mask"):  # the label is always hidden
                x = pre.mask[name].expand(x.shape[0], 1, -1)
            else:
                x = torch.cat([x, pre.padding[name].expand(x.shape[0], x.shape[1], -1)], -1)
            rows.append(x)
        return torch.cat(rows, 1)

    def encode(self, tokens, mask):
        """Latents, (B, N, D)."""
        hidden = None if mask is None else (1.0 - mask[:, None, None, :].float()) * torch.finfo(torch.float32).min
        z = self.perceiver.embeddings.latents.expand(tokens.shape[0], -1, -1)
        z = self.perceiver.encoder.cross_attention(z, tokens, hidden)
        for _ in range(self.blocks):
            for layer in self.perceiver.encoder.self_attends:
                z = layer(z)
        return z

    def forward(self, arrays):
        tokens = self.join(arrays) if self.joined else self.tokens_of("", arrays["inputs"])
        z = self.encode(tokens, arrays.get("attention_mask"))
        if self.joined:
            return self.decode_joined(z, arrays)
        if self.kind == "PerceiverForMaskedLM":
            decoder = self.perceiver.decoder
            query = decoder.output_position_encodings.position_embeddings.expand(z.shape[0], -1, -1)
            y = decoder.decoding_cross_attention(query, z)
            return {"logits": nn.functional.linear(y, self.perceiver.input_preprocessor.embeddings.weight, self.embedding_decoder.bias)}
        decoder = self.perceiver.decoder.decoder
        if self.kind == "PerceiverForOpticalFlow":
            y = decoder.final_layer(decoder.decoding_cross_attention(tokens, z)) / 100
            return {"logits": y.reshape(y.shape[0], *self.inputs[""].grid, 2)}
        query = decoder.output_position_encodings.position_embeddings.expand(z.shape[0], -1, -1)
        return {"logits": decoder.final_layer(decoder.decoding_cross_attention(query, z))[:, 0]}

    def decode_joined(self, z, arrays):
        """All outputs through the shared decoder."""
        decoder, queries = self.perceiver.decoder, []
        for name, o in self.outputs.items():
            if o.query:
                q = decoder.modalities[name].decoder.output_position_encodings.position_embeddings
            else:
                q = positions.rows_at([getattr(self, f"point_{name}_{a}") for a in range(len(o.grid))], arrays[f"subsampled_output_points.{name}"])
            queries.append(torch.cat([q, decoder.padding[name].expand(q.shape[0], -1)], -1))
        query = torch.cat(queries).expand(z.shape[0], -1, -1)
        y = decoder.decoder.final_layer(decoder.decoder.decoding_cross_attention(query, z))
        answers, start = {}, 0
        for (name, o), q in zip(self.outputs.items(), queries):
            a = self.perceiver.output_postprocessor.modalities[name].classifier(y[:, start:start + q.shape[0]])
            start += q.shape[0]
            answers[f"logits.{name}"] = a[:, 0] if o.kind == "label" else a.reshape(a.shape[0], -1) if o.kind == "audio" else a
        return answers


def load(directory):
    """A model directory as a model in float32, ready to run."""
    model = Perceiver(checkpoint.read_config(directory))
    model.load_state_dict(checkpoint.read_weights(directory))
    return model.eval()
