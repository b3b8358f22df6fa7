package io.latentry.spark.ml;

import io.latentry.core.data.DataException;
import io.latentry.core.fault.FaultWords;
import io.latentry.spark.TableSample;
import io.latentry.spark.VaeDetectorModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns what is normal from a table that no machine holds, as a stage of a pipeline. Executors
 * look at all rows and draw a sample; the program {@code latentry}, a process on the driver's
 * machine, fits a model on that. Executors need neither it nor what trains.
 *
 * <p>The table is read twice, or three times where numbers are written with commas or units: cache
 * it, or write it, where it is dear or comes out otherwise each time.
 */
public final class VaeDetectorEstimator extends Estimator<VaeDetectorTransformer>
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 1;

  private static final Logger LOG = LoggerFactory.getLogger(VaeDetectorEstimator.class);

  /** Names the program where the stage does not. */
  private static final String PROGRAM = "LATENTRY_PROGRAM";

  private static final String SAMPLE = "sample.parquet";
  private static final String MODEL = "model.onnx";

  private final String uid;
  private final Param<String> labelCol;
  private final Param<String> normal;
  private final StringArrayParam excludeCols;
  private final Param<String> timeCol;
  private final Param<String> profile;
  private final DoubleParam falseAlarmRate;
  private final LongParam seed;
  private final IntParam sampleRows;
  private final IntParam explain;
  private final Param<String> config;
  private final Param<String> latentry;
  private final Param<String> stagingDir;

  public VaeDetectorEstimator() {
    this(Identifiable$.MODULE$.randomUID("vaeDetectorEstimator"));
  }

  /**
   * @param uid names the stage
   */
  public VaeDetectorEstimator(String uid) {
    this.uid = uid;
    labelCol = text("labelCol", "column that says what a row is; none: every row is normal");
    normal = text("normal", "the value of labelCol on normal rows");
    excludeCols = new StringArrayParam(this, "excludeCols", "columns that are no input");
    timeCol =
        text(
            "timeCol", "column that orders the rows: train on the earlier, calibrate on the later");
    profile = text("profile", "what the detector may cost: fast, balanced or accurate");
    falseAlarmRate =
        new DoubleParam(
            this,
            "falseAlarmRate",
            "share of normal rows that may be called anomalies",
            ParamValidators.inRange(0, 1, false, false));
    seed = new LongParam(this, "seed", "of the sample and of the fit");
    sampleRows =
        new IntParam(
            this,
            "sampleRows",
            "most rows that the fit looks at",
            ParamValidators.gtEq(TableSample.FEWEST_ROWS));
    explain =
        new IntParam(
            this,
            "explain",
            "columns that the model explains, those that contribute most to a score",
            ParamValidators.gtEq(0));
    config = text("config", "path on the driver of a YAML file with all other settings of a fit");
    latentry =
        text("latentry", "the program latentry on the driver: a path, or a name on its path");
    stagingDir = text("stagingDir", "folder that driver and executors share, for the sample");
    setDefault(seed, 0L);
    setDefault(sampleRows, TableSample.ROWS);
    setDefault(explain, 0);
  }

  private Param<String> text(String name, String doc) {
    return new Param<>(this, name, doc);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Column that says what a row is; every row is normal unless set. */
  public Param<String> labelCol() {
    return labelCol;
  }

  public VaeDetectorEstimator setLabelCol(String column) {
    set(labelCol, column);
    return this;
  }

  /** The value of the label on normal rows, as text. */
  public Param<String> normal() {
    return normal;
  }

  public VaeDetectorEstimator setNormal(String value) {
    set(normal, value);
    return this;
  }

  /** Columns that are no input. */
  public StringArrayParam excludeCols() {
    return excludeCols;
  }

  public VaeDetectorEstimator setExcludeCols(String... columns) {
    set(excludeCols, columns);
    return this;
  }

  /** Column that orders the rows; their order means nothing unless set. */
  public Param<String> timeCol() {
    return timeCol;
  }

  public VaeDetectorEstimator setTimeCol(String column) {
    set(timeCol, column);
    return this;
  }

  /** What the detector may cost: as {@code latentry fit --profile}. */
  public Param<String> profile() {
    return profile;
  }

  public VaeDetectorEstimator setProfile(String word) {
    set(profile, word);
    return this;
  }

  /** The share of normal rows that may be called anomalies. */
  public DoubleParam falseAlarmRate() {
    return falseAlarmRate;
  }

  public VaeDetectorEstimator setFalseAlarmRate(double rate) {
    set(falseAlarmRate, rate);
    return this;
  }

  /** Of the sample and of the fit; 0 unless set. */
  public LongParam seed() {
    return seed;
  }

  public VaeDetectorEstimator setSeed(long value) {
    set(seed, value);
    return this;
  }

  /** The most rows that the fit looks at; {@link TableSample#ROWS} unless set. */
  public IntParam sampleRows() {
    return sampleRows;
  }

  public VaeDetectorEstimator setSampleRows(int most) {
    set(sampleRows, most);
    return this;
  }

  /** Columns that the fitted model explains; 0 unless set. */
  public IntParam explain() {
    return explain;
  }

  public VaeDetectorEstimator setExplain(int most) {
    set(explain, most);
    return this;
  }

  /** A YAML file on the driver with all other settings of a fit. */
  public Param<String> config() {
    return config;
  }

  public VaeDetectorEstimator setConfig(String path) {
    set(config, path);
    return this;
  }

  /** The program on the driver; what {@value #PROGRAM} says, else {@code latentry}, unless set. */
  public Param<String> latentry() {
    return latentry;
  }

  public VaeDetectorEstimator setLatentry(String program) {
    set(latentry, program);
    return this;
  }

  /** A folder that driver and executors share; the user's home in the default file system. */
  public Param<String> stagingDir() {
    return stagingDir;
  }

  public VaeDetectorEstimator setStagingDir(String folder) {
    set(stagingDir, folder);
    return this;
  }

  /**
   * Samples, looks and fits; takes the passes over the table, and seconds to minutes of the
   * driver's cores.
   *
   * @throws DataException if the data cannot be used: which column or row, and why
   * @throws IllegalStateException if there is no program that fits, or it fails
   */
  @Override
  public VaeDetectorTransformer fit(Dataset<?> table) {
    StructType unused = transformSchema(table.schema());
    Configuration hadoop = table.sparkSession().sparkContext().hadoopConfiguration();
    try {
      Path staged = new Path(staging(table.sparkSession().sparkContext()), "sample");
      java.nio.file.Path folder = Files.createTempDirectory("latentry-fit-");
      try {
        TableSample.of(
                table,
                "the table",
                Optional.empty(),
                (Integer) getOrDefault(sampleRows),
                (Long) getOrDefault(seed))
            .write(staged.toString());
        fetch(staged.getFileSystem(hadoop), staged, folder);
        new FitProcess(program(), LOG::info).fit(folder, options());
        VaeDetectorModel model = VaeDetectorModel.of(Files.readAllBytes(folder.resolve(MODEL)));
        return new VaeDetectorTransformer(model)
            .setExplain((Integer) getOrDefault(explain))
            .setParent(this);
      } finally {
        boolean unusedAnswer = staged.getFileSystem(hadoop).delete(staged.getParent(), true);
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the sample: " + FaultWords.of(e), e);
    }
  }

  /** A new folder that executors write and the driver reads. */
  private Path staging(SparkContext context) throws IOException {
    String own = ".latentry-" + UUID.randomUUID();
    Optional<String> asked = text(stagingDir);
    if (asked.isPresent()) {
      return new Path(asked.get(), own);
    }
    if (context.isLocal()) {
      return new Path(java.nio.file.Path.of(System.getProperty("java.io.tmpdir"), own).toUri());
    }
    FileSystem shared = FileSystem.get(context.hadoopConfiguration());
    if (shared.getScheme().equals("file")) {
      throw new IllegalStateException(
          "stagingDir: none, and the default file system is the machine's own (expected: a folder"
              + " that driver and executors share, such as s3a://bucket/tmp); setStagingDir");
    }
    return new Path(shared.getHomeDirectory(), own);
  }

  /** Under names that are the same each time, since a model keeps them. */
  private static void fetch(FileSystem files, Path staged, java.nio.file.Path folder)
      throws IOException {
    FileStatus[] parts = files.globStatus(new Path(staged, "*.parquet"));
    if (parts.length != 1) {
      throw new IOException(staged + ": %d files (expected: 1)".formatted(parts.length));
    }
    download(files, parts[0].getPath(), folder.resolve(SAMPLE));
    download(files, new Path(staged, TableSample.TABLE), folder.resolve(TableSample.TABLE));
  }

  private static void download(FileSystem files, Path from, java.nio.file.Path to)
      throws IOException {
    try (var in = files.open(from)) {
      long unused = Files.copy(in, to);
    }
  }

  private String program() {
    String named =
        text(latentry).orElseGet(() -> System.getenv().getOrDefault(PROGRAM, "latentry"));
    // It runs in a folder of its own.
    return named.contains("/") || named.contains("\\")
        ? java.nio.file.Path.of(named).toAbsolutePath().toString()
        : named;
  }

  private List<String> options() {
    List<String> options =
        new ArrayList<>(List.of(SAMPLE, "--sampled-from", TableSample.TABLE, "-o", MODEL));
    options.addAll(List.of("--seed", String.valueOf(getOrDefault(seed))));
    option(options, "--label", labelCol);
    option(options, "--normal", normal);
    option(options, "--time", timeCol);
    option(options, "--profile", profile);
    option(options, "--false-alarm-rate", falseAlarmRate);
    text(config)
        .ifPresent(
            path ->
                options.addAll(
                    List.of("--config", java.nio.file.Path.of(path).toAbsolutePath().toString())));
    for (String column : excluded()) {
      options.addAll(List.of("--exclude", column));
    }
    return options;
  }

  private void option(List<String> options, String name, Param<?> param) {
    if (isDefined(param)) {
      options.addAll(List.of(name, String.valueOf(getOrDefault(param))));
    }
  }

  private Optional<String> text(Param<String> param) {
    return isDefined(param) ? Optional.of(getOrDefault(param)) : Optional.empty();
  }

  private String[] excluded() {
    return isDefined(excludeCols) ? getOrDefault(excludeCols) : new String[0];
  }

  /** Deletes a folder of files. */
  private static void delete(java.nio.file.Path folder) throws IOException {
    try (Stream<java.nio.file.Path> all = Files.walk(folder)) {
      for (java.nio.file.Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  /**
   * The columns of a table once it is judged.
   *
   * @throws DataException if a parameter names a column that is not there
   */
  @Override
  public StructType transformSchema(StructType table) {
    if (isDefined(labelCol) != isDefined(normal)) {
      throw new IllegalArgumentException(
          "labelCol, normal: one of them (expected: both or neither)");
    }
    List<String> there = Arrays.asList(table.fieldNames());
    List<String> named = new ArrayList<>(List.of(excluded()));
    text(labelCol).ifPresent(named::add);
    text(timeCol).ifPresent(named::add);
    for (String name : named) {
      // A field within a struct is looked for when the fit reads it.
      if (!name.contains(".") && !there.contains(name)) {
        throw new DataException(
            "no column '%s' (expected: one of %s)".formatted(name, String.join(", ", there)));
      }
    }
    return VaeDetectorModel.judgedSchema(
        SparkSession.active(), table, (Integer) getOrDefault(explain));
  }

  @Override
  public VaeDetectorEstimator copy(ParamMap extra) {
    return copyValues(new VaeDetectorEstimator(uid), extra);
  }

  /** What Spark ML calls to read a stage that was written. */
  public static MLReader<VaeDetectorEstimator> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads what {@code save} wrote. */
  public static VaeDetectorEstimator load(String path) {
    return read().load(path);
  }
}
