using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Kafka;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker;

/// <summary>The process around a pipeline: settings, logging, the embedded broker where asked for, and an exit code.</summary>
internal sealed class WorkerHost : IDisposable
{
    private readonly EmbeddedBroker? _broker;
    private readonly IHost _host;

    private WorkerHost(WorkerSettings settings, PipelineDefinition definition, EmbeddedBroker? broker, IHost host)
        => (Settings, Definition, _broker, _host) = (settings, definition, broker, host);

    /// <summary>The settings in force; an embedded broker's address stands where its name was.</summary>
    public WorkerSettings Settings { get; }

    public PipelineDefinition Definition { get; }

    public PerceptionWorker Worker => _host.Services.GetRequiredService<PerceptionWorker>();

    /// <summary>Asks the host to stop, as SIGTERM does.</summary>
    public void Stop() => _host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

    /// <summary>Reads and checks everything, then builds; nothing runs yet.</summary>
    /// <param name="arguments">Overrides of settings, <c>--Section:Key=value</c>.</param>
    public static WorkerHost Build(string[] arguments)
    {
        // Where the settings lie, the pipeline's path begins: the folder one stands in, else that of the program.
        string root = File.Exists("appsettings.json") ? Directory.GetCurrentDirectory() : AppContext.BaseDirectory;
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = arguments, ContentRootPath = root });
        IReadOnlyList<string> unknown = SettingsReader.UnknownSections(
            new ConfigurationBuilder().AddJsonFile(Path.Combine(root, "appsettings.json")).AddCommandLine(arguments).Build());
        if (unknown.Count > 0) throw new SettingsException(unknown);
        WorkerSettings settings = SettingsReader.Read(builder.Configuration, root);
        PipelineDefinition definition = PipelineReader.Read(Path.GetFullPath(settings.Pipeline.File!, root));
        _ = MemoryPlan.For(definition, settings.Batch, settings.Memory.NewBudget()); // refused before anything starts

        EmbeddedBroker? broker = null;
        if (settings.Kafka.BootstrapServers == EmbeddedBroker.Name)
        {
            broker = StartBroker(definition, settings.Kafka.EmbeddedPartitions);
            settings = settings with { Kafka = settings.Kafka with { BootstrapServers = broker.BootstrapServers } };
        }

        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.UseUtcTimestamp = true;
        });
        builder.Services
            .AddSingleton(settings)
            .AddSingleton(definition)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new Random(Guid.NewGuid().GetHashCode())) // no two workers pause alike
            .AddSingleton<PerceptionWorker>()
            .AddHostedService(services => services.GetRequiredService<PerceptionWorker>())
            .Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(settings.Shutdown.DrainSeconds))
            .Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        return new WorkerHost(settings, definition, broker, builder.Build());
    }

    /// <summary>Runs until SIGTERM, Ctrl+C or a fault. 0: drained. 1: not. 2: refused at the start.</summary>
    public async Task<int> RunAsync()
    {
        ILogger log = _host.Services.GetRequiredService<ILogger<WorkerHost>>();
        if (_broker is not null) Log.EmbeddedBroker(log, _broker.BootstrapServers, Definition.PredictionTopic);
        await _host.StartAsync().ConfigureAwait(false);
        await _host.WaitForShutdownAsync().ConfigureAwait(false);
        if (Worker.ExecuteTask is { IsCompleted: false }) Log.DrainTimedOut(log, Settings.Shutdown.DrainSeconds);
        return Worker.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _host.Dispose();
        _broker?.Dispose();
    }

    private static EmbeddedBroker StartBroker(PipelineDefinition definition, int partitions)
    {
        var broker = new EmbeddedBroker();
        string[] topics = [.. definition.Inputs.Select(i => i.Topic), .. definition.WrittenTopics];
        foreach (string topic in topics) broker.CreateTopic(topic, partitions);
        return broker;
    }
}
