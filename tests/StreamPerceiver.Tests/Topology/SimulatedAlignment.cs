using StreamPerceiver.Align;
using StreamPerceiver.Decode;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Interpret;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Outputs.Labels;

namespace StreamPerceiver.Tests.Topology;

/// <summary>The stages from a record to its windows, without blocks between them.</summary>
internal sealed class SimulatedAlignment(IReadOnlyList<InputSpec> inputs, AlignOptions align)
{
    private readonly Decoder _decoder = new(inputs, "decode", keepRecords: true);
    private readonly StreamAligner _aligner = new(inputs, align);

    /// <summary>Decodes and aligns a record, or takes a notice.</summary>
    public Envelope<AlignedWindow>[] Accept(Envelope<RawRecord> item)
    {
        List<Envelope<MediaSample>> parts = [];
        if (item.Value is { } raw)
        {
            List<MediaSample> samples = [];
            Rejection? rejection = _decoder.Decode(raw, samples);
            var ack = (RecordAck)item.Ack!;
            for (int part = rejection is null ? 1 : 0; part < samples.Count; part++) ack.Retain();
            parts.AddRange(samples.Select(sample => Envelope<MediaSample>.OfValue(sample, ack)));
            if (rejection is not null) parts.Add(Envelope<MediaSample>.OfNotice(rejection, ack));
        }
        else
        {
            parts.Add(item.ForwardNotice<MediaSample>());
        }

        return [.. parts.SelectMany(_aligner.Accept)];
    }

    /// <summary>Runs a model whose answer shows every value that it was given.</summary>
    public static Prediction Predict(AlignedWindow window)
    {
        string content =
            string.Join(' ', window.Inputs.Cast<AlignedSeries>().SelectMany(s => s.Values.Zip(s.Filled, (value, filled) => filled ? $"{value}" : ".")));
        return new Prediction("simulated", window.Header, new ModelIdentity("none", "0"), [new LabelsReading("content", [(content, 1)])]);
    }
}
