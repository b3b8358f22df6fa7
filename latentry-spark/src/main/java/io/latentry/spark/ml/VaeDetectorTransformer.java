package io.latentry.spark.ml;

import io.latentry.core.fault.FaultWords;
import io.latentry.spark.VaeDetectorModel;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsReader.Metadata;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A fitted model as a stage of a pipeline: {@link VaeDetectorModel#transform} with the parameters
 * that Spark ML expects. What it writes is a folder with its parameters and {@code model.onnx}, the
 * artifact byte for byte, that any other host of ours takes too.
 */
public final class VaeDetectorTransformer extends Model<VaeDetectorTransformer>
    implements MLWritable {
  private static final long serialVersionUID = 1;

  private static final String ARTIFACT = "model.onnx";

  private final String uid;
  private final IntParam explain;
  private final transient VaeDetectorModel model;

  /** A stage of a model; how many columns it explains is the stage's own parameter. */
  public VaeDetectorTransformer(VaeDetectorModel model) {
    this(Identifiable$.MODULE$.randomUID("vaeDetector"), model);
  }

  private VaeDetectorTransformer(String uid, VaeDetectorModel model) {
    this.uid = uid;
    this.model = model;
    this.explain =
        new IntParam(
            this,
            "explain",
            "columns that are explained, those that contribute most to a score",
            ParamValidators.gtEq(0));
    setDefault(explain, 0);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Columns that are explained; 0 unless set. */
  public IntParam explain() {
    return explain;
  }

  public int getExplain() {
    return (Integer) getOrDefault(explain);
  }

  public VaeDetectorTransformer setExplain(int most) {
    set(explain, most);
    return this;
  }

  public VaeDetectorModel model() {
    return model.explaining(getExplain());
  }

  @Override
  public Dataset<Row> transform(Dataset<?> table) {
    return model().transform(table);
  }

  @Override
  public StructType transformSchema(StructType table) {
    return model().transformSchema(SparkSession.active(), table);
  }

  @Override
  public VaeDetectorTransformer copy(ParamMap extra) {
    return copyValues(new VaeDetectorTransformer(uid, model), extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new Writer(this);
  }

  /** What Spark ML calls to read a stage that was written. */
  public static MLReader<VaeDetectorTransformer> read() {
    return new Reader();
  }

  /** Reads what {@code save} wrote. */
  public static VaeDetectorTransformer load(String path) {
    return read().load(path);
  }

  private static final class Writer extends MLWriter {
    private final VaeDetectorTransformer stage;

    Writer(VaeDetectorTransformer stage) {
      this.stage = stage;
    }

    @Override
    public void saveImpl(String path) {
      DefaultParamsWriter$.MODULE$.saveMetadata(stage, path, sparkSession());
      Path file = new Path(path, ARTIFACT);
      try (OutputStream out =
          file.getFileSystem(sparkSession().sparkContext().hadoopConfiguration()).create(file)) {
        out.write(stage.model.artifact());
      } catch (IOException e) {
        throw new UncheckedIOException(file + ": cannot be written: " + FaultWords.of(e), e);
      }
    }
  }

  private static final class Reader extends MLReader<VaeDetectorTransformer> {
    @Override
    public VaeDetectorTransformer load(String path) {
      Metadata metadata =
          DefaultParamsReader$.MODULE$.loadMetadata(
              path, sparkSession(), VaeDetectorTransformer.class.getName());
      VaeDetectorTransformer stage =
          new VaeDetectorTransformer(
              metadata.uid(),
              VaeDetectorModel.load(sparkSession(), new Path(path, ARTIFACT).toString()));
      metadata.getAndSetParams(stage, metadata.getAndSetParams$default$2());
      return stage;
    }
  }
}
