using System.Text.Json.Nodes;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>A channel that counts, such as a packet count, an odometer or an encoder. In a window it becomes the increase since the first reading.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Channel">Index of the channel; -1 where there is none of that name.</param>
/// <param name="Wrap">The modulus: the count behind the greatest one is 0 again; null: the count never wraps.</param>
/// <param name="Reverses">Whether the count also goes down.</param>
public sealed record Counter(string Name, int Channel, double? Wrap, bool Reverses)
{
    /// <summary>Reads the option <c>counters</c> of an input's section (default: no channel counts).</summary>
    internal static IReadOnlyList<Counter> Read(InputSection section)
    {
        if (section.Json["counters"] is not JsonObject option) return [];
        string[] channels = section.Names("channels");
        return
        [
            .. option.Select(o => new Counter(
                o.Key, Array.IndexOf(channels, o.Key), (double?)o.Value!["wrap"], o.Value["reverses"]?.GetValue<bool>() ?? false)),
        ];
    }

    /// <summary>Tells what is wrong with the counters of an input. Each problem begins with the key within the section.</summary>
    internal static IEnumerable<string> Problems(SensorSpec spec)
    {
        foreach (Counter counter in spec.Counters)
        {
            if (counter.Channel >= 0 && spec.Position?.Channels.Contains(counter.Channel) != true) continue;
            string others = string.Join(", ", spec.Channels.Where((_, c) => spec.Position?.Channels.Contains(c) != true));
            yield return $"counters has {JsonProblem.Shorten($"\"{counter.Name}\"")}, expected channels among {others}";
        }

        if (spec.IsTable && spec.Counters.Count > 0) yield return "counters is there, expected none with table: one value has no increase";
    }

    /// <summary>Tells what is wrong with a count, or returns null.</summary>
    internal string? Problem(double count)
    {
        if (Wrap is not { } wrap) return count < 0 && !Reverses ? $"is {count}, expected a count of 0 or more" : null;
        return count < -wrap / 2 || count > wrap ? $"is {count}, expected a count from {-wrap / 2} to {wrap}, by its wrap" : null;
    }

    /// <summary>
    /// Computes the increase from one reading to the next. Of a count that only goes up, a fall by more than half of the modulus is a wrap, and any other fall
    /// is a reset, which adds nothing. A count that reverses goes the shorter way round, and of two as long the way down.
    /// </summary>
    internal double Increase(double before, double after)
    {
        double rise = FromZero(after) - FromZero(before);
        if (Wrap is { } wrap && rise < -wrap / 2) return rise + wrap;
        if (!Reverses) return Math.Max(0, rise);
        return Wrap is { } round && rise >= round / 2 ? rise - round : rise;
    }

    // Signed numbers go on below 0 behind the greatest one, and an angle may be given as the modulus itself.
    private double FromZero(double count) => Wrap is not { } wrap ? count : count < 0 ? count + wrap : count == wrap ? 0 : count;
}
