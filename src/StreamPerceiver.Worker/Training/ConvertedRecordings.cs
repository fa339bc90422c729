using StreamPerceiver.Recordings;
using StreamPerceiver.Recordings.Conversion;

namespace StreamPerceiver.Worker.Training;

/// <summary>The files of recordings. Other forms of records are converted to recordings in a temporary folder, as <c>recording convert</c> does.</summary>
internal sealed class ConvertedRecordings : IDisposable
{
    private string? _folder;
    private int _count;

    /// <summary>Returns the files of recordings, and whether one of them was converted.</summary>
    /// <param name="verb">The verb, for its lines.</param>
    /// <param name="places">Recordings, and whatever converts to one.</param>
    /// <exception cref="RecordingException">One is not there, or cannot be converted.</exception>
    public (IReadOnlyList<string> Files, bool AreConverted) FilesOf(string verb, IEnumerable<string> places)
    {
        List<string> files = [];
        bool areConverted = false;
        foreach (string place in places)
        {
            RecordKind kind = RecordConverter.KindOf(place);
            areConverted |= kind != RecordKind.Recording;
            files.AddRange(RecordingReader.FilesOf([kind == RecordKind.Recording ? place : Convert(verb, place, kind)]));
        }

        return (files, areConverted);
    }

    /// <summary>Deletes what was converted.</summary>
    public void Dispose()
    {
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }

    private string Convert(string verb, string place, RecordKind kind)
    {
        _folder ??= Directory.CreateTempSubdirectory("stream-perceiver-").FullName;
        string to = Path.Combine(_folder, $"{_count++}");
        long records = RecordConverter.Convert(
            place, kind, to, RecordKind.Recording, new ConvertOptions { Note = line => Console.WriteLine($"{verb}: {line}") });
        Console.WriteLine($"{verb}: {records} records from {place}");
        return to;
    }
}
