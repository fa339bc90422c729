using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StreamPerceiver;

/// <summary>Points Confluent.Kafka, and this assembly's own calls, at Debian's librdkafka. Compiled in the system stack only.</summary>
internal static class SystemLibrdkafka
{
    // Before any code of this assembly runs, hence before it can touch Confluent.Kafka: a resolver set later would not be asked.
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "There is no earlier moment, and the resolver is this assembly's own business.")]
    internal static void Register()
    {
        NativeLibrary.SetDllImportResolver(typeof(Confluent.Kafka.Library).Assembly, Resolve);
        NativeLibrary.SetDllImportResolver(typeof(SystemLibrdkafka).Assembly, Resolve);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name switch
    {
        "librdkafka" => NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, "libstreamperceiver_rdkafka.so")),
        "libdl" => NativeLibrary.Load("libdl.so.2"),
        _ => 0, // the runtime looks for it as usual
    };
}
