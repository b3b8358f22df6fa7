package io.latentry.pipeline.data;

import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.core.calibration.ThresholdFit;
import io.latentry.core.calibration.UnseenKind;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.InputSpec;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Samples;
import io.latentry.core.data.Schema;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.Perturbations;
import io.latentry.core.evaluation.Perturber;
import io.latentry.core.evaluation.SplitConfig;
import io.latentry.core.preprocessing.Preprocessor;
import io.latentry.core.preprocessing.TablePreprocessor;
import io.latentry.core.series.SeriesSettings;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.table.TableProfile;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a fit learns from. Training, validation and calibration see the normal rows alone; rows with
 * another label are kept apart, for a look after everything is settled. Thread-safe.
 */
public interface TrainingData {

  /** The data that {@code config} says these are: a table, or series. */
  static TrainingData read(
      DataSource source, TableProfile profile, DataConfig config, Progress listener) {
    return config.series() == null
        ? TableData.read(source, profile, config, listener)
        : SeriesData.read(source, profile, config, listener);
  }

  /** The same of files that are still to be opened, which may be images. */
  static TrainingData read(
      List<String> patterns, StandardInput input, DataConfig config, Progress listener) {
    if (config.image() != null) {
      return ImageData.read(patterns, config, listener);
    }
    return config.series() == null
        ? TableData.read(patterns, input, config, listener)
        : SeriesData.read(patterns, input, config, listener);
  }

  /** What a sample is: of a table, a row of its schema. */
  default InputSpec spec() {
    return schema();
  }

  /** How points become windows; nothing of a table. */
  default Optional<SeriesSettings> series() {
    return Optional.empty();
  }

  /** How files become images; nothing of a table and of a series. */
  default Optional<ImageSettings> image() {
    return Optional.empty();
  }

  /** What the normal rows show; of images a schema of no columns. */
  Schema schema();

  /** Names of the files read. */
  List<String> files();

  /** SHA-256 of all rows that are looked at, in hexadecimal. */
  String digest();

  Counts counts();

  /** How the numbers of its columns are written, where it is not the plain form. */
  Map<String, NumberForm> numberForms();

  /** Whether a label tells normal rows from others. */
  boolean hasLabels();

  /** How the normal rows are shared out; its indices count normal rows, from 0. */
  DataSplit split(SplitConfig config, long seed);

  /** The normal samples at {@code indices}, as a copy. */
  Samples normals(int[] indices);

  /**
   * The same as a model takes them: of large images some tiles of each, which all lie on one side
   * of any split; of all else the samples.
   */
  default Samples taken(int[] indices) {
    return normals(indices);
  }

  /** What a model is trained on for the normal samples at {@code indices}. */
  default Samples learnedFrom(int[] indices) {
    return taken(indices);
  }

  /** The rows that these samples are judged for. */
  default Rows points(int[] indices) {
    return (Rows) normals(indices);
  }

  /** What makes samples into a model's vector, by the statistics of those at {@code training}. */
  default Preprocessor preprocessor(int[] training) {
    return TablePreprocessor.fit(points(training));
  }

  /** 0-based rows of the data behind {@code indices} among the normal rows. */
  int[] places(int[] indices);

  /**
   * Nats: the surprise at each of the normal rows at {@code indices} if all others alone had been
   * seen, which is what a new normal row shows.
   */
  double[] novelty(int[] indices);

  /** The first {@code most} rows with another label. */
  Placed others(int most);

  /** Makes synthetic anomalies out of what {@code normals} look like. */
  default Perturber perturber(Samples normals) {
    return new Perturbations((Rows) normals);
  }

  /**
   * The scores that a threshold is compared with: of a table, those of the model.
   *
   * @param indices normal samples, in order
   * @param scores of these, as the model gives them
   */
  default double[] compared(int[] indices, double[] scores) {
    return scores;
  }

  /**
   * The threshold of these scores.
   *
   * @param indices normal samples, in order; all of the scores', or none if some were left out
   * @param scores that are compared
   */
  default ThresholdFit threshold(
      CalibrationConfig config, int[] indices, double[] scores, String modelId) {
    ThresholdFit fit = ThresholdFit.fit(config, scores, modelId);
    int rows = counts().normal();
    return rows < SplitConfig.DEFAULT.crossValidationBelow(false)
            && UnseenKind.mayBreak(kinds(rows), rows, fit.threshold().falseAlarmRate())
        ? fit.withUnseenKind()
        : fit;
  }

  /** Different rows among the normal ones. */
  private int kinds(int rows) {
    Rows all = points(IntStream.range(0, rows).toArray());
    int numbers = schema().numericCount();
    int texts = schema().categoricalCount();
    Set<List<Object>> kinds = new HashSet<>();
    for (int row = 0; row < rows; row++) {
      List<Object> kind = new ArrayList<>(numbers + texts);
      for (int j = 0; j < numbers; j++) {
        kind.add(all.numeric(row, j));
      }
      for (int j = 0; j < texts; j++) {
        kind.add(all.categorical(row, j));
      }
      kinds.add(kind);
    }
    return kinds.size();
  }

  /**
   * @param read all rows of the data
   * @param looked those that are looked at: all, or a sample of them
   * @param other rows with another label
   * @param unusable rows that cannot be read, and normal ones that cannot be judged
   */
  record Counts(long read, long looked, int normal, int other, long unusable) {}

  /**
   * @param places 0-based rows of the data behind {@code samples}
   */
  record Placed(int[] places, Samples samples) {}
}
