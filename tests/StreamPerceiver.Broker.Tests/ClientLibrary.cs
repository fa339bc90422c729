using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using StreamPerceiver.Embedded;

namespace StreamPerceiver.Broker.Tests;

/// <summary>Tests make Kafka clients of their own, perhaps before anything of StreamPerceiver is used. It must choose the client's library before that.</summary>
internal static class ClientLibrary
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Whichever test is the first, this runs before it.")]
    internal static void Choose() => RuntimeHelpers.RunModuleConstructor(typeof(EmbeddedBroker).Module.ModuleHandle);
}
