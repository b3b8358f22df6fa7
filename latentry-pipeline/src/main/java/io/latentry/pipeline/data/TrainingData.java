package io.latentry.pipeline.data;

import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.core.evaluation.Perturber;
import io.latentry.core.evaluation.SplitConfig;
import java.util.List;

/**
 * What a fit learns from. Training, validation and calibration see the normal rows alone; rows with
 * another label are kept apart, for a look after everything is settled. Thread-safe.
 */
public interface TrainingData {

  /** What the normal rows show. */
  Schema schema();

  /** Names of the files read. */
  List<String> files();

  /** SHA-256 of all that was read, in hexadecimal. */
  String digest();

  Counts counts();

  /** Whether a label tells normal rows from others. */
  boolean hasLabels();

  /** How the normal rows are shared out; its indices count normal rows, from 0. */
  DataSplit split(SplitConfig config, long seed);

  /** The normal rows at {@code indices}, as a copy. */
  Rows normals(int[] indices);

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
  Perturber perturber(Rows normals);

  /**
   * @param read all rows of the data
   * @param other rows with another label
   * @param unusable rows that cannot be read, and normal ones that cannot be judged
   */
  record Counts(long read, int normal, int other, long unusable) {}

  /**
   * @param places 0-based rows of the data behind {@code rows}
   */
  record Placed(int[] places, Rows rows) {}
}
