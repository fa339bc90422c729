using FsCheck;

using Microsoft.FSharp.Core;

namespace StreamPerceiver.Formats.Tests;

internal static class Properties
{
    // A fixed start, so that a run can be repeated; the second number must be odd.
    private static readonly Config Repeatable = Config.QuickThrowOnFailure.WithQuietOnSuccess(true)
        .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(20210730, 2107_14795), FSharpOption<int>.None)));

    /// <summary>Checks a property on a hundred cases, the same every run.</summary>
    public static void Holds(this Property property) => property.Check(Repeatable);
}
