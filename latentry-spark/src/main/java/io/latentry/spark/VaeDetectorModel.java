package io.latentry.spark;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.fault.FaultWords;
import io.latentry.core.series.SeriesSettings;
import io.latentry.scoring.ScorerCache;
import io.latentry.scoring.ScorerOptions;
import io.latentry.spark.plan.InputPlan;
import io.latentry.spark.plan.OutputPlan;
import io.latentry.spark.plan.SeriesPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A fitted model as Spark uses it: a table goes in, the same table with verdicts comes out. A row,
 * or a point of a series, gets the bits that {@code ./latentry score} gives it, in whatever
 * partition it is.
 *
 * <p>The artifact reaches the executors as a broadcast; each process opens it once, and replays its
 * probes. Immutable; for any threads of the driver.
 */
public final class VaeDetectorModel {
  private final byte[] artifact;
  private final String digest;
  private final Manifest manifest;
  private final int explain;
  private final @Nullable Duration idle;
  private final Shared shared;

  /** The broadcast of an artifact in the context that is running; made when it is needed. */
  private static final class Shared {
    private @Nullable SparkContext context;
    private @Nullable Broadcast<byte[]> broadcast;

    synchronized Broadcast<byte[]> in(SparkContext now, byte[] artifact) {
      Broadcast<byte[]> made = broadcast;
      if (made == null || context != now) {
        made = JavaSparkContext.fromSparkContext(now).broadcast(artifact);
        broadcast = made;
        context = now;
      }
      return made;
    }
  }

  private VaeDetectorModel(
      byte[] artifact,
      String digest,
      Manifest manifest,
      int explain,
      @Nullable Duration idle,
      Shared shared) {
    this.artifact = artifact;
    this.digest = digest;
    this.manifest = manifest;
    this.explain = explain;
    this.idle = idle;
    this.shared = shared;
  }

  /**
   * Opens an artifact by a path of any file system that the session knows, such as {@code
   * s3a://models/pumps.onnx}.
   *
   * @throws ArtifactException if it cannot be read, is no artifact, does not give the outputs that
   *     it promises, or is one of images
   */
  public static VaeDetectorModel load(SparkSession spark, String path) {
    try {
      return of(read(spark, new Path(path)));
    } catch (IOException | IllegalArgumentException e) {
      throw new ArtifactException(path + ": cannot be read: " + FaultWords.of(e), e);
    } catch (ArtifactException e) {
      throw new ArtifactException(path + ": " + e.getMessage(), e);
    }
  }

  /** The same in the session that is active. */
  public static VaeDetectorModel load(String path) {
    return load(SparkSession.active(), path);
  }

  private static byte[] read(SparkSession spark, Path path) throws IOException {
    var files = path.getFileSystem(spark.sparkContext().hadoopConfiguration());
    FileStatus status = files.getFileStatus(path);
    if (status.isDirectory()) {
      throw new ArtifactException("a folder (expected: the file of a model, NAME.onnx)");
    }
    if (status.getLen() > ScorerOptions.MOST_FILE_BYTES) {
      throw new ArtifactException(
          "%d bytes (expected: at most %d)"
              .formatted(status.getLen(), ScorerOptions.MOST_FILE_BYTES));
    }
    byte[] bytes = new byte[(int) status.getLen()];
    try (FSDataInputStream in = files.open(path)) {
      in.readFully(0, bytes);
    }
    return bytes;
  }

  /**
   * Opens an artifact by its bytes.
   *
   * @throws ArtifactException as {@link #load} does
   */
  public static VaeDetectorModel of(byte[] artifact) {
    byte[] own = artifact.clone();
    Manifest manifest;
    try (ScorerCache.Lease lease = ProcessScorers.lease(own)) {
      manifest = lease.scorer().manifest();
    }
    if (manifest.image() != null) {
      throw new ArtifactException(
          "model %s: judges images (expected: a model of a table or of a series); ./latentry score judges folders of images"
              .formatted(manifest.modelId()));
    }
    String digest = HexFormat.of().formatHex(Digest.sha256().digest(own));
    return new VaeDetectorModel(own, digest, manifest, 0, null, new Shared());
  }

  /**
   * The same model that also tells the {@code most} columns that contribute most to a score, each
   * with its actual and expected value.
   */
  public VaeDetectorModel explaining(int most) {
    if (most < 0) {
      throw new IllegalArgumentException("explain: " + most + " (expected: 0 or more)");
    }
    return new VaeDetectorModel(artifact, digest, manifest, most, idle, shared);
  }

  /**
   * The same model of series that, of a stream, forgets a key of which no point came for {@code
   * idle}; the key begins anew with its next point. The clock is that of Spark's batches, which
   * goes on while a stream stands still. Without it no key is forgotten.
   *
   * @throws IllegalArgumentException if {@code idle} is not longer than 0
   */
  public VaeDetectorModel forgettingAfter(Duration idle) {
    if (idle.isZero() || idle.isNegative()) {
      throw new IllegalArgumentException("idle: " + idle + " (expected: longer than 0)");
    }
    return new VaeDetectorModel(artifact, digest, manifest, explain, idle, shared);
  }

  public Manifest manifest() {
    return manifest;
  }

  /** Columns that are explained. */
  public int explained() {
    return explain;
  }

  /** SHA-256 of the artifact, in hexadecimal digits. */
  public String digest() {
    return digest;
  }

  /** The artifact, as a copy. */
  public byte[] artifact() {
    return artifact.clone();
  }

  /**
   * The columns of a table with these columns once it is judged: those of the table, called {@code
   * input_NAME} where a column of ours has the name, then {@code score, p_value, verdict, reason,
   * reconstruction_term, latent_term}, of a series {@code unsmoothed_score}, and, where asked for,
   * {@code feature_i, actual_i, expected_i, contribution_i}. A missing number is null, and so is an
   * empty reason. A stream of a series whose verdicts wait for later points has {@code about} at
   * its end, which is not among these.
   *
   * @throws io.latentry.core.data.DataException if the model cannot judge such a table
   */
  public StructType transformSchema(SparkSession spark, StructType table) {
    boolean caseSensitive = caseSensitive(spark);
    InputPlan unused = InputPlan.of(manifest.schema(), table, corrupt(spark), caseSensitive);
    if (manifest.series() != null) {
      SeriesPlan unusedToo = SeriesPlan.of(manifest.series(), table, caseSensitive);
    }
    return OutputPlan.of(manifest, explain).judged(table, caseSensitive);
  }

  /**
   * As {@link #transformSchema}, of a model of a table that is still to be fitted.
   *
   * @param explain columns that it will explain
   */
  public static StructType judgedSchema(SparkSession spark, StructType table, int explain) {
    return new OutputPlan(explain, false, false).judged(table, caseSensitive(spark));
  }

  /**
   * The rows of {@code table}, each with its verdict; a stream may be given as well. Nothing is run
   * before an action asks for rows.
   *
   * <p>Rows of a table stay in their partitions and in order. Points of a series are brought
   * together key by key and sorted by time, on disk where memory does not do. Of a stream a key
   * goes on where the batch before left it, in Spark's state store, which has to be that on
   * RocksDB; the points of a batch count in order of time.
   *
   * @throws io.latentry.core.data.DataException if a column of the model is missing or of a type
   *     that none of its cells can have
   */
  public Dataset<Row> transform(Dataset<?> table) {
    return transform(table, null);
  }

  /**
   * The same, which counts what it sees.
   *
   * @param seen registered with the context, of this table alone; of no stream
   */
  public Dataset<Row> transform(Dataset<?> table, @Nullable SeenRows seen) {
    SparkSession spark = table.sparkSession();
    boolean caseSensitive = caseSensitive(spark);
    Dataset<Row> rows = table.toDF();
    StructType columns = rows.schema();
    InputPlan plan = InputPlan.of(manifest.schema(), columns, corrupt(spark), caseSensitive);
    OutputPlan output = OutputPlan.of(manifest, explain);
    Broadcast<byte[]> broadcast = broadcast(spark);
    SeriesSettings settings = manifest.series();
    if (settings == null) {
      return rows.mapPartitions(
          new JudgePartition(broadcast, plan, null, explain, seen),
          Encoders.row(output.judged(columns, caseSensitive)));
    }
    SeriesPlan series = SeriesPlan.of(settings, columns, caseSensitive);
    Dataset<Row> placed = SeriesPlacing.of(rows, series, broadcast);
    if (rows.isStreaming()) {
      OutputPlan told = settings.delay() > 0 ? output.tellingWhich() : output;
      return placed
          .groupBy(SeriesPlacing.key())
          .as(Encoders.STRING(), Encoders.row(placed.schema()))
          .transformWithState(
              new SeriesProcessor(broadcast, plan, series, told, idle),
              idle == null ? TimeMode.None() : TimeMode.ProcessingTime(),
              OutputMode.Append(),
              Encoders.row(told.judged(columns, caseSensitive)));
    }
    return SeriesPlacing.inOrder(placed)
        .mapPartitions(
            new JudgePartition(broadcast, plan, series, explain, seen),
            Encoders.row(output.judged(columns, caseSensitive)));
  }

  /**
   * Registers a SQL function {@code NAME(struct)} of this session that gives a struct of the
   * verdict: {@code SELECT latentry_score(struct(*)).verdict FROM t}. It judges row by row, which
   * takes ten times as long and more; {@link #transform} judges many at a time.
   *
   * @throws ArtifactException if the model is one of series, whose verdicts need more than a row
   */
  public void register(SparkSession spark, String name) {
    if (manifest.series() != null) {
      throw new ArtifactException(
          "model %s: judges points of a series (expected: a model of a table, whose rows are judged each by itself); use transform"
              .formatted(manifest.modelId()));
    }
    spark
        .udf()
        .register(
            name,
            new VerdictFunction(broadcast(spark), explain, corrupt(spark), caseSensitive(spark)),
            OutputPlan.of(manifest, explain).verdict());
  }

  private Broadcast<byte[]> broadcast(SparkSession spark) {
    return shared.in(spark.sparkContext(), artifact);
  }

  private static boolean caseSensitive(SparkSession spark) {
    return Boolean.parseBoolean(spark.conf().get("spark.sql.caseSensitive"));
  }

  /** The column in which Spark's readers put what they could not read. */
  private static String corrupt(SparkSession spark) {
    return spark.conf().get("spark.sql.columnNameOfCorruptRecord");
  }
}
