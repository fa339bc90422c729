using FsCheck;
using Microsoft.FSharp.Core;

namespace StreamPerceiver.Tests.Decode;

internal static class Properties
{
    /// <summary>Checks a property, on the same cases in every run: they start from a fixed point, whose second number must be odd.</summary>
    public static void Holds(this Property property, int cases = 100) => property.Check(Config.QuickThrowOnFailure
        .WithQuietOnSuccess(true)
        .WithMaxTest(cases)
        .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(20210730, 2107_14795), FSharpOption<int>.None))));
}
