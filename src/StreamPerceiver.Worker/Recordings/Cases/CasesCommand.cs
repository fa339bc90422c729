using System.CommandLine;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Worker.Commands;

namespace StreamPerceiver.Worker.Recordings.Cases;

/// <summary><c>recording cases</c>: recordings whose predictions are known, through their pipelines.</summary>
internal static class CasesCommand
{
    private const string Folder = "pipelines/cases";

    // Processors with other instructions add in another order: a model's numbers differ by some 1e-5 then.
    private const double Rounding = 1e-4;

    public static Command Create()
    {
        var places = new Argument<string[]>("folder") { Description = $"Cases, and folders of them (default: {Folder}).", Arity = ArgumentArity.ZeroOrMore };
        var tolerance = new Option<double>("--tolerance")
        {
            Description = "The difference of two numbers that is none; of numbers beyond 1 the share. 0: equal to the bit, as on one machine.",
            DefaultValueFactory = _ => Rounding,
        };
        var accept = new Option<bool>("--accept") { Description = "Writes the predictions as the expected ones, and says what has changed." };
        var command = new Command(
            "cases", "Runs regression cases: each is a folder with recording.mcap, golden.jsonl, and case.json, which names the pipeline. Exit code 1 if a "
                + "prediction differs or a case cannot run. Any setting can be overridden: --Section:Key=value.")
        {
            places, tolerance, accept,
        };
        command.TreatUnmatchedTokensAsErrors = false; // they are overrides of settings, and are checked later
        tolerance.Require(0, 1e9);
        command.SetAction((parsed, _) => Failures.ReportAsync(async () =>
        {
            (string[] given, string[] overrides) = CommandLines.PartWords(parsed, places);
            RegressionCase[] cases = [.. given.DefaultIfEmpty(Folder).SelectMany(RegressionCase.Find)];
            using ILoggerFactory logs = LoggerFactory.Create(logging => logging.UseConsole().SetMinimumLevel(LogLevel.Warning));
            var run = new CaseRun(WorkerHost.ReadSettings(overrides), TimeProvider.System, logs, Console.Out);
            int passed = 0;
            foreach (RegressionCase each in cases)
                if (await (parsed.GetValue(accept) ? run.AcceptAsync(each) : run.VerifyAsync(each, parsed.GetValue(tolerance))).ConfigureAwait(false)) passed++;
            Console.WriteLine($"cases: {passed} passed, {cases.Length - passed} failed");
            return passed == cases.Length ? 0 : Failures.WhileRunning;
        }));
        return command;
    }
}
