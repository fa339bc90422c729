using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Kafka;

/// <summary>
/// Chooses the file of librdkafka for Confluent.Kafka and for the calls of this assembly, so that both use one library. It is a build of the package, and never
/// one that the system has. The full build needs Cyrus SASL's libsasl2.so.3, which Debian does not have; the other build lacks Kerberos (GSSAPI) alone.
/// </summary>
public static partial class Librdkafka
{
    // The name in import declarations.
    private const string Name = "librdkafka";

    private const string FullBuild = "librdkafka.so";
    private const string BuildWithoutKerberos = "centos8-librdkafka.so";

    // rd_kafka_version(): major, minor, revision, and 0xff for a release.
    private const int Expected = 0x02_10_00_FF;

    private static readonly Lazy<(nint Handle, string File)> Chosen = new(LoadFile);

    /// <summary>The version in use, and whether it has Kerberos.</summary>
    internal static string Description
        => $"{Confluent.Kafka.Library.VersionString}{(Chosen.Value.File == FullBuild ? "" : " without Kerberos (GSSAPI), which needs libsasl2.so.3")}";

    /// <summary>Makes sure that the choice is made. To be called before the first use of Confluent.Kafka, unless this assembly was used before.</summary>
    public static void Choose() => RuntimeHelpers.RunModuleConstructor(typeof(Librdkafka).Module.ModuleHandle);

    // A resolver that is set after the first call into the library would not be asked.
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "There is no earlier moment, and the resolver concerns this assembly alone.")]
    internal static void Register()
    {
        // An object of one library that is passed to the other crashes the process.
        if (Confluent.Kafka.Library.IsLoaded)
            throw new InvalidOperationException(
                "Confluent.Kafka was used before StreamPerceiver.Kafka, and has chosen its own librdkafka: call Librdkafka.Choose first");
        NativeLibrary.SetDllImportResolver(typeof(Confluent.Kafka.Library).Assembly, Resolve);
        NativeLibrary.SetDllImportResolver(typeof(Librdkafka).Assembly, Resolve);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Name ? Chosen.Value.Handle : 0;

    private static (nint Handle, string File) LoadFile()
    {
        string file = NativeFile.Find(FullBuild);
        if (NativeLibrary.TryLoad(file, out nint full)) return (Checked(full, file), FullBuild);
        file = NativeFile.Find(BuildWithoutKerberos);
        return (Checked(NativeFile.Load(file, NativeFile.BuildAgain), file), BuildWithoutKerberos);
    }

    private static nint Checked(nint handle, string file)
    {
        int version = Marshal.GetDelegateForFunctionPointer<VersionFunction>(NativeLibrary.GetExport(handle, "rd_kafka_version"))();
        if (version == Expected) return handle;
        throw new DllNotFoundException($"{file} is librdkafka {version:x8}, expected {Expected:x8}. {NativeFile.BuildAgain}");
    }

    private delegate int VersionFunction();
}
