using System.CommandLine;

namespace StreamPerceiver.Worker.Commands;

/// <summary><c>run</c>: the worker itself.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var command = new Command("run", "Runs the pipelines of appsettings.json until it is told to stop. Any setting can be overridden: --Section:Key=value");
        command.TreatUnmatchedTokensAsErrors = false; // they are overrides of settings, and are checked later
        command.SetAction(async (parsed, _) =>
        {
            return await Failures.ReportAsync(async () =>
            {
                CommandLines.RequireOverrides(parsed.UnmatchedTokens);
                using var host = WorkerHost.Build([.. parsed.UnmatchedTokens]);
                return await host.RunAsync().ConfigureAwait(false);
            }).ConfigureAwait(false);
        });
        return command;
    }
}
