using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Kafka;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Pipelines;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker;

/// <summary>The process that runs the pipelines: settings, logging, the embedded broker if the settings ask for one, and the exit code.</summary>
internal sealed class WorkerHost : IDisposable
{
    private readonly EmbeddedBroker? _broker;
    private readonly IHost _host;

    private WorkerHost(WorkerSettings settings, IReadOnlyList<PipelineDefinition> definitions, EmbeddedBroker? broker, IHost host)
        => (Settings, Definitions, _broker, _host) = (settings, definitions, broker, host);

    /// <summary>The settings in force. The address of an embedded broker has replaced the word <c>embedded</c>.</summary>
    public WorkerSettings Settings { get; }

    /// <summary>The pipelines, in the order of the settings.</summary>
    public IReadOnlyList<PipelineDefinition> Definitions { get; }

    /// <summary>The runs of the pipelines, in the same order.</summary>
    public IReadOnlyList<PipelineRun> Pipelines => _host.Services.GetRequiredService<IReadOnlyList<PipelineRun>>();

    /// <summary>The folder of appsettings.json: the current folder if it has one, else the program's folder.</summary>
    public static string Root => File.Exists("appsettings.json") ? Directory.GetCurrentDirectory() : AppContext.BaseDirectory;

    /// <summary>Asks the host to stop, as SIGTERM does.</summary>
    public void Stop() => _host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

    /// <summary>Reads and checks settings and pipelines, and makes their parts. Nothing runs yet.</summary>
    /// <param name="arguments">Overrides of settings, <c>--Section:Key=value</c>.</param>
    public static WorkerHost Build(string[] arguments)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = arguments, ContentRootPath = Root });
        WorkerSettings settings = ReadSettings(builder.Configuration, arguments);
        IReadOnlyList<PipelineDefinition> definitions = ReadPipelines(settings);
        EmbeddedBroker? broker = null;
        if (settings.Kafka.BootstrapServers == EmbeddedBroker.Name)
        {
            broker = StartBroker(definitions, settings.Kafka.EmbeddedPartitions);
            settings = settings with { Kafka = settings.Kafka with { BootstrapServers = broker.BootstrapServers } };
        }

        builder.Logging.UseConsole();
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddDevice()
            .AddModels(settings, definitions)
            .AddSchemas(settings.SchemaRegistry)
            .AddPipelines(settings, definitions)
            .AddSupervisor(settings.Shutdown);
        return new WorkerHost(settings, definitions, broker, builder.Build());
    }

    /// <summary>
    /// Runs until SIGTERM, Ctrl+C, or all pipelines have ended. 0: all have drained. 1: one has not. 2: one was refused at the start, and none failed.
    /// </summary>
    public async Task<int> RunAsync()
    {
        ILogger log = _host.Services.GetRequiredService<ILogger<WorkerHost>>();
        if (_broker is not null) Log.EmbeddedBroker(log, _broker.BootstrapServers, Definitions[0].PredictionTopic);
        await _host.StartAsync().ConfigureAwait(false);
        await _host.WaitForShutdownAsync().ConfigureAwait(false);
        var supervisor = _host.Services.GetRequiredService<PipelineSupervisor>();
        if (supervisor.Running is { Count: > 0 } running) Log.DrainTimedOut(log, Settings.Shutdown.DrainSeconds, string.Join(", ", running));
        return supervisor.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _host.Dispose();
        _broker?.Dispose();
    }

    /// <summary>Reads and checks the settings as a run has them.</summary>
    /// <param name="arguments">Overrides of settings, <c>--Section:Key=value</c>.</param>
    /// <exception cref="SettingsException">Lists all problems.</exception>
    public static WorkerSettings ReadSettings(string[] arguments)
        => ReadSettings(
            Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = arguments, ContentRootPath = Root }).Configuration, arguments);

    // The environment is not checked for unknown sections: most of its variables are not for the worker.
    private static WorkerSettings ReadSettings(IConfiguration configuration, string[] arguments)
    {
        IReadOnlyList<string> unknown = SettingsReader.UnknownSections(
            new ConfigurationBuilder().AddJsonFile(Path.Combine(Root, "appsettings.json")).AddCommandLine(arguments).Build());
        return unknown.Count == 0 ? SettingsReader.Read(configuration, Root) : throw new SettingsException(unknown);
    }

    private static IReadOnlyList<PipelineDefinition> ReadPipelines(WorkerSettings settings)
    {
        PipelineSet set = PipelineSet.Read(settings.Pipelines);
        MemoryBudget share = settings.Memory.ShareOf(Math.Max(1, set.Pipelines.Count));
        string[] errors =
        [
            .. set.Errors,
            .. set.Pipelines.SelectMany(p => ModelCheck.Problems(p, share, settings.Batch).Concat(RegistryCheck.Problems(p, settings.SchemaRegistry)))
                .Distinct(StringComparer.Ordinal),
        ];
        return errors.Length == 0 ? set.Pipelines : throw new StreamPerceiverException(string.Join(Environment.NewLine, errors));
    }

    private static EmbeddedBroker StartBroker(IReadOnlyList<PipelineDefinition> definitions, int partitions)
    {
        var broker = new EmbeddedBroker();
        IEnumerable<string> topics = definitions.SelectMany(d => d.Inputs.Select(i => i.Topic).Concat(d.WrittenTopics)).Distinct();
        foreach (string topic in topics) broker.CreateTopic(topic, partitions);
        return broker;
    }
}
