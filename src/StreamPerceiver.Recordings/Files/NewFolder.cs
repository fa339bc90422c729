namespace StreamPerceiver.Recordings.Files;

/// <summary>A folder that is made beside its place, and moved there once it is whole. Otherwise nothing is left of it.</summary>
internal sealed class NewFolder : IDisposable
{
    private readonly string _place;

    /// <summary>Makes the folder under its name for unfinished work.</summary>
    /// <param name="place">Where it will be, or the file that is made in it.</param>
    public NewFolder(string place)
    {
        _place = System.IO.Path.TrimEndingDirectorySeparator(place);
        Path = $"{_place}.{Environment.ProcessId}.partial";
        Directory.CreateDirectory(Path);
    }

    /// <summary>Where it is until then.</summary>
    public string Path { get; }

    /// <summary>Moves it to its place.</summary>
    public void Complete() => Directory.Move(Path, _place);

    /// <summary>Removes what was not moved.</summary>
    public void Dispose()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
    }
}
