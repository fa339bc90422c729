using DuckDB.NET.Data;

namespace StreamPerceiver.Recordings.Tests;

/// <summary>DuckDB, an independent reader and writer of Parquet.</summary>
internal static class DuckDb
{
    /// <summary>Runs a query in a database of its own. Returns its rows, the cells with bars between.</summary>
    public static List<string> Query(string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using DuckDBDataReader reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read()) rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => $"{reader.GetValue(i)}")));
        return rows;
    }
}
