package io.latentry.spark;

import io.latentry.core.data.DataException;
import io.latentry.core.fault.FaultWords;
import io.latentry.spark.ScoreCommand.Writing;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/**
 * Runs over what no run took yet: files, or versions of a Delta table. What a {@link FileLedger}
 * notes of each makes that its rows are there once, however often it is broken off.
 */
final class IncrementalRuns {
  /** What Delta calls it that rows which were read are no longer as they were. */
  private static final List<String> CHANGED =
      List.of("DELTA_SOURCE_IGNORE_DELETE", "DELTA_SOURCE_TABLE_IGNORE_CHANGES");

  private final String model;
  private final FileLedger ledger;
  private final FileSink sink;
  private final Judging judging;
  private final boolean isDelta;
  private final PrintStream out;

  /** Judges rows and writes them. */
  @FunctionalInterface
  interface Judging {
    RunSummary judge(Dataset<Row> rows, Writing writing) throws IOException;
  }

  /**
   * @param model its digest
   * @param isDelta whether the target is a Delta table rather than a folder of files
   */
  IncrementalRuns(
      String model,
      FileLedger ledger,
      FileSink sink,
      Judging judging,
      boolean isDelta,
      PrintStream out) {
    this.model = model;
    this.ledger = ledger;
    this.sink = sink;
    this.judging = judging;
    this.isDelta = isDelta;
    this.out = out;
  }

  /**
   * @return what was seen; empty if there is nothing new
   */
  List<RunSummary> ofFiles(InputTable table) throws IOException {
    ledger.requireOf(false);
    finish();
    Optional<FileLedger.Run> next = ledger.next(table.files(), model);
    if (next.isEmpty()) {
      return List.of();
    }
    FileLedger.Run run = next.get();
    return List.of(
        take(run, table.of(run.files().stream().map(FileLedger.InputFile::path).toList())));
  }

  /**
   * The rows that a Delta table has now, then those that later versions add: a stream that ends
   * with the latest. The run that was broken off comes first, as it was.
   *
   * @param options of Delta's, for the source
   * @return what was seen; empty if there is nothing new
   * @throws DataException if rows that were judged have changed or are gone
   */
  List<RunSummary> ofVersions(SparkSession spark, String table, Map<String, String> options)
      throws IOException {
    ledger.requireOf(true);
    finish();
    List<RunSummary> seen = new ArrayList<>();
    VoidFunction2<Dataset<Row>, Long> batch =
        (rows, number) -> {
          FileLedger.Run run = ledger.versions(number + 1, model);
          if (!ledger.isCommitted(run)) {
            seen.add(take(run, rows));
          }
        };
    try {
      spark
          .readStream()
          .format("delta")
          .options(options)
          // As much as there is at a time, whatever it is.
          .option("maxFilesPerTrigger", Integer.MAX_VALUE)
          .load(table)
          .writeStream()
          .foreachBatch(batch)
          .option("checkpointLocation", ledger.checkpoint().toString())
          .trigger(Trigger.AvailableNow())
          .start()
          .awaitTermination();
    } catch (StreamingQueryException failed) {
      String words = String.valueOf(failed.getMessage());
      if (CHANGED.stream().anyMatch(words::contains)) {
        throw new DataException(
            "%s: rows that were judged have changed or are gone (expected: a table that rows are only added to); --option skipChangeCommits=true passes over such versions, or begin a new OUT with a new state"
                .formatted(table),
            failed);
      }
      throw new IOException(table + ": cannot be followed: " + FaultWords.of(failed), failed);
    } catch (TimeoutException failed) {
      throw new IOException(table + ": cannot be followed: " + FaultWords.of(failed), failed);
    }
    return seen;
  }

  /** Has the run finished that was broken off after all its rows were judged. */
  private void finish() throws IOException {
    Optional<FileLedger.Run> staged = ledger.staged();
    if (staged.isPresent()) {
      sink.adopt(sink.staging(staged.get().id()), staged.get().id());
      ledger.commit();
      out.println("finished run " + staged.get().id() + ", which had been broken off");
    }
  }

  private RunSummary take(FileLedger.Run run, Dataset<Row> rows) throws IOException {
    RunSummary seen;
    if (isDelta) {
      Map<String, String> transaction =
          Map.of("txnAppId", ledger.identity(), "txnVersion", Long.toString(run.number()));
      seen = judging.judge(rows, judged -> sink.append(judged, transaction));
      ledger.stage(run, seen.document());
    } else {
      seen = judging.judge(rows, judged -> sink.stage(judged, sink.staging(run.id())));
      ledger.stage(run, seen.document());
      sink.adopt(sink.staging(run.id()), run.id());
    }
    ledger.commit();
    return seen;
  }
}
