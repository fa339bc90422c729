namespace StreamPerceiver.TestKit;

/// <summary>Finds the root of the repository, for tests that check the sources against the project's rules.</summary>
public static class RepositoryRoot
{
    /// <summary>Returns the full path of a file or folder that is given relative to the root.</summary>
    public static string Path(params string[] parts) => System.IO.Path.Combine([Find(), .. parts]);

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder, "StreamPerceiver.sln"))) folder = System.IO.Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException($"no StreamPerceiver.sln above {AppContext.BaseDirectory}");
    }
}
