using System.ComponentModel.DataAnnotations;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Worker.Settings;

/// <summary>Allows times of RFC 3339 since 1970, or nothing.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TimeAttribute : ValidationAttribute
{
    /// <summary>What is allowed, for messages.</summary>
    public const string Words = "an RFC 3339 time such as 2026-01-31T12:00:00Z";

    /// <inheritdoc/>
    public override bool IsValid(object? value)
        => value is null or "" || (value is string text && EventTime.TryParse(text, out EventTime time) && time.Nanoseconds >= 0);
}
