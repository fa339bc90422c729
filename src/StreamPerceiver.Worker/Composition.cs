using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Kafka;
using StreamPerceiver.Schemas;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Inference;
using StreamPerceiver.Worker.Pipelines;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker;

/// <summary>Puts the parts of the worker together, one method a part.</summary>
internal static class Composition
{
    /// <summary>Adds the one thread on which all models run.</summary>
    public static IServiceCollection AddDevice(this IServiceCollection services) => services.AddSingleton<DeviceThread>();

    /// <summary>Adds the models, each loaded once for all pipelines that name its directory.</summary>
    public static IServiceCollection AddModels(this IServiceCollection services, WorkerSettings settings, IReadOnlyList<PipelineDefinition> definitions)
    {
        MemoryBudget share = settings.Memory.ShareOf(definitions.Count);
        Dictionary<string, ModelUse> uses = definitions
            .GroupBy(d => d.ModelDirectory, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => ModelUse.By(same, same.Max(d => ModelCheck.PlanMemory(d, settings.Batch, share).Batch.MaxWindows)));
        return services
            .AddSingleton(provider => new ModelLoader(settings.Inference, uses, provider.GetRequiredService<ILogger<ModelLoader>>()))
            .AddSingleton(provider => new SharedModels(
                provider.GetRequiredService<ModelLoader>().Load, provider.GetRequiredService<DeviceThread>().AddShare()));
    }

    /// <summary>Adds the schemas of the registry, if the settings name one.</summary>
    public static IServiceCollection AddSchemas(this IServiceCollection services, RegistrySettings settings) => settings.Options is not { } options
        ? services
        : services.AddSingleton(provider => new ConfluentRegistry(options)).AddSingleton(provider => Schemas(
            provider.GetRequiredService<ConfluentRegistry>(), options.Url, provider.GetRequiredService<ILogger<SchemaCache>>(),
            provider.GetRequiredService<TimeProvider>()));

    /// <summary>Makes the cache of a registry's schemas, which waits for a registry that is away, and logs that.</summary>
    public static SchemaCache Schemas(ConfluentRegistry registry, string url, ILogger log, TimeProvider time)
    {
        var pauses = new Backoff(TimeSpan.FromMilliseconds(500), KafkaEnds.LongestPause, new Random(Guid.NewGuid().GetHashCode()));
        return new SchemaCache(registry, pauses, time)
        {
            OnAway = reason => Log.RegistryAway(log, url, reason),
            OnBack = () => Log.RegistryBack(log, url),
        };
    }

    /// <summary>Adds the pipelines: each with ends of its own, a share of the device, and an equal share of the memory budget.</summary>
    public static IServiceCollection AddPipelines(this IServiceCollection services, WorkerSettings settings, IReadOnlyList<PipelineDefinition> definitions)
        => services.AddSingleton<IReadOnlyList<PipelineRun>>(provider => [.. definitions.Select(definition =>
        {
            var logs = new PipelineLogs(provider.GetRequiredService<ILoggerFactory>(), definition.Name);
            var time = provider.GetRequiredService<TimeProvider>();
            var resources = new PipelineResources(
                provider.GetRequiredService<SharedModels>(), provider.GetRequiredService<DeviceThread>().AddShare(),
                settings.Memory.ShareOf(definitions.Count).Bytes, settings.Batch, settings.Decode.SlowAfterMs)
            {
                Registry = provider.GetService<SchemaCache>() is { } schemas
                    ? new PipelineRegistry(schemas, settings.SchemaRegistry.Url!, settings.SchemaRegistry.Register) : null,
                Recording = settings.Recording.Folder is null ? null : settings.Recording,
            };
            var random = new Random(Guid.NewGuid().GetHashCode()); // the pauses of pipelines differ, also between workers
            var kafka = new KafkaEnds(settings.Kafka, definition, logs, time, random);
            return new PipelineRun(definition, resources, kafka, logs.CreateLogger<PipelineRun>(), time);
        })]);

    /// <summary>Adds the supervisor, which runs the pipelines and drains them at a stop.</summary>
    public static IServiceCollection AddSupervisor(this IServiceCollection services, ShutdownSettings settings) => services
        .AddSingleton(provider => new PipelineSupervisor(
            provider.GetRequiredService<IReadOnlyList<PipelineRun>>()
                .ToDictionary(run => run.Name, run => (Func<CancellationToken, Task<PipelineEnd>>)run.RunAsync),
            settings.OnPipelineFault == ShutdownSettings.StopAll,
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<ILogger<PipelineSupervisor>>()))
        .AddHostedService(provider => provider.GetRequiredService<PipelineSupervisor>())
        .Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(settings.DrainSeconds))
        .Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);

    /// <summary>Sends the log to the console, one line an entry.</summary>
    public static ILoggingBuilder UseConsole(this ILoggingBuilder logging) => logging.ClearProviders().AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.TimestampFormat = "HH:mm:ss.fff ";
        console.UseUtcTimestamp = true;
    });
}
