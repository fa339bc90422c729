using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;

namespace StreamPerceiver.Publish;

/// <content>Forms of an item for topics that do not take its first form.</content>
public sealed partial class OutgoingRecords
{
    /// <summary>Returns an item in the first of its forms that fits the topics' limits, with its records.</summary>
    /// <param name="item">The item.</param>
    /// <param name="limits">The limits of the topics.</param>
    /// <param name="refused">Called with a message for each form that does not fit.</param>
    /// <exception cref="StreamPerceiverException">No form fits.</exception>
    public OutgoingItem Fit(Envelope<Prediction> item, TopicLimits limits, Action<string> refused)
    {
        while (true)
        {
            IReadOnlyList<OutgoingRecord> records = RecordsOf(item);
            SourceRecord? source = (item.Notice as LateRecord)?.Record ?? (item.Notice as Rejection)?.Record;
            if (records.Count > 0 && source is not null) records = [records[0].FitTo(limits.Of(records[0].Topic), source), .. records.Skip(1)];
            if (records.FirstOrDefault(r => r.Bytes > limits.Of(r.Topic).MaxBytes) is not { } large) return new OutgoingItem(item, records);
            string problem = $"it has {large.Bytes} bytes, expected at most {limits.Of(large.Topic).MaxBytes} (max.message.bytes)";
            item = NextForm(item, large.Topic, problem, refused);
        }
    }

    /// <summary>
    /// Returns the form in which an item goes to the dead letters when a topic refuses it for good. A prediction becomes a letter of its window, a late
    /// record a letter of its own. A letter becomes one of headers alone.
    /// </summary>
    /// <param name="item">The item.</param>
    /// <param name="topic">The topic that refuses it.</param>
    /// <param name="problem">The reason.</param>
    /// <param name="refused">Called with the message: what was refused, by which topic, and why.</param>
    /// <exception cref="StreamPerceiverException">There is no further form.</exception>
    public Envelope<Prediction> NextForm(Envelope<Prediction> item, string topic, string problem, Action<string> refused)
    {
        bool isProgress = topic == topics.Progress;
        string part = isProgress ? "the progress stored with " : topics.Outputs.Contains(topic) ? "an output that goes with " : "";
        string refusal = $"{topic} does not take {part}{Describe(item)}: {problem}";
        DeadLetter? next = isProgress ? null : item.Notice switch
        {
            null => new PoisonWindow(RejectionReason.OutputRefused, refusal, "publish", item.Value!.Header, Cause: null),
            LateRecord late => new Rejection(RejectionReason.OutputRefused, refusal, "publish", late.Record),
            DeadLetter { Refusal: null } letter => letter with { Refusal = refusal },
            _ => null,
        };
        if (next is null) throw new StreamPerceiverException($"{refusal}. There is no smaller form of it: change the topic's settings, and start again");
        refused(refusal);
        return Envelope<Prediction>.OfNotice(next, item.Ack!);
    }

    private static string Describe(Envelope<Prediction> item) => item.Notice switch
    {
        null => $"the prediction of {Describe(item.Value!.Header)}",
        LateRecord late => $"the late record {late.Record}",
        Rejection { Refusal: null } rejection => $"the dead letter of {rejection.Record}",
        PoisonWindow { Refusal: null } poison => $"the dead letter of {Describe(poison.Window)}",
        Rejection rejection => $"the dead letter of {rejection.Record} without its content",
        PoisonWindow poison => $"the dead letter of {Describe(poison.Window)} without its content",
        _ => $"{item.Notice}",
    };

    private static string Describe(WindowHeader window) => $"'{ReducedLetter.Short(window.Entity, 64)}', window to {window.End}";
}
