package io.latentry.spark;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Tables for the golden model, of a hundred rows or so, some of them odd. */
public final class Tables {
  private static final List<String> COLUMNS =
      List.of("a", "b", "c", "d", "e", "flag", "at", "kind");

  private Tables() {}

  /** The rows that came with the artifact, every cell a text. */
  public static Dataset<Row> texts() {
    return LocalSpark.session()
        .read()
        .option("header", "true")
        .csv(Golden.ROWS.toString())
        .select("a", "b", "c", "d", "e", "flag", "at", "kind");
  }

  /** Those rows in the types that they ought to have, and others that lack something. */
  public static Dataset<Row> typed() {
    return texts()
        .selectExpr(
            "TRY_CAST(a AS DOUBLE)",
            "TRY_CAST(b AS DOUBLE)",
            "TRY_CAST(c AS DOUBLE)",
            "TRY_CAST(d AS DOUBLE)",
            "TRY_CAST(e AS DOUBLE)",
            "TRY_CAST(flag AS BOOLEAN)",
            "TRY_CAST(at AS TIMESTAMP)",
            "kind")
        .union(
            sql(
                "SELECT a, b, c, d, e, flag, at, kind FROM VALUES (CAST('NaN' AS DOUBLE), 0D, 0D,"
                    + " 0D, 0D, true, TIMESTAMP'2024-03-05 03:30:13.7Z', 'low'), (CAST('Infinity'"
                    + " AS DOUBLE), 0D, 0D, 0D, 0D, true, TIMESTAMP'2024-03-05 03:30:13Z', 'low'),"
                    + " (1e300D, 0D, 0D, 0D, NULL, true, TIMESTAMP'1969-12-31 23:59:59.9999Z',"
                    + " 'high'), (0.1D, 0.2D, NULL, 0.4D, 0.5D, NULL, NULL, NULL), (0.1D, 0.2D,"
                    + " 0.3D, 0.4D, NULL, false, TIMESTAMP'2024-03-05 03:30:13Z', ' low '), (0.1D,"
                    + " 0.2D, 0.3D, 0.4D, NULL, false, TIMESTAMP'2024-03-05 03:30:13Z', 'NA'),"
                    + " (0.1D, 0.2D, 0.3D, 0.4D, NULL, false, TIMESTAMP'2024-03-05 03:30:13Z',"
                    + " 'never seen') AS t(a, b, c, d, e, flag, at, kind)"));
  }

  /** The same rows in other types that say the same, with cells of the wrong one. */
  public static Dataset<Row> otherwise() {
    return texts()
        .selectExpr(
            "TRY_CAST(a AS FLOAT) AS a",
            "TRY_CAST(b AS DECIMAL(20,7)) AS b",
            "TRY_CAST(TRY_CAST(c AS DOUBLE) AS INT) AS c",
            "TRY_CAST(d AS STRING) AS d",
            "e",
            "flag",
            "TRY_CAST(at AS DATE) AS at",
            "TRY_CAST(length(kind) AS BIGINT) AS kind")
        .union(
            sql(
                "SELECT CAST(a AS FLOAT), CAST(b AS DECIMAL(20,7)), c, d, e, flag, at, kind FROM"
                    + " VALUES (1, 0.1234567, 3, ' 1.5 ', '1e3', 'yes', DATE'2024-02-29', 1L), (1,"
                    + " 123456789.5, 3, '?', 'none', '7', DATE'1950-02-28', 2L), (1, NULL, NULL,"
                    + " 'twelve', 'NA', 'perhaps', NULL, NULL), (1, -0.1, -3, '1,5', '', 'FALSE',"
                    + " DATE'2024-02-29', 9007199254740993L) AS t(a, b, c, d, e, flag, at, kind)"));
  }

  /** Times without a zone, short numbers, numbers for truth values and truth values for names. */
  public static Dataset<Row> odd() {
    return texts()
        .selectExpr(
            "TRY_CAST(TRY_CAST(a AS DOUBLE) AS TINYINT) AS a",
            "TRY_CAST(TRY_CAST(b AS DOUBLE) AS SMALLINT) AS b",
            "TRY_CAST(c AS DECIMAL(38,10)) AS c",
            "TRY_CAST(d AS DECIMAL(5,2)) AS d",
            "TRY_CAST(e AS FLOAT) AS e",
            "TRY_CAST(length(kind) - 3 AS DOUBLE) AS flag",
            "TRY_CAST(at AS TIMESTAMP_NTZ) AS at",
            "kind = 'low' AS kind");
  }

  public static Dataset<Row> sql(String query) {
    return LocalSpark.session().sql(query);
  }

  /** Each row as a line, a number by its every bit. */
  public static List<String> lines(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Row::toString).toList();
  }

  public static List<String> columns() {
    return COLUMNS;
  }
}
