package io.latentry.pipeline.export;

import io.latentry.core.calibration.ScoreMix;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.graph.ArrayOps;
import io.latentry.core.graph.Dense;
import io.latentry.core.graph.GraphValues;
import io.latentry.core.graph.Ops;
import io.latentry.core.graph.Output;
import io.latentry.core.graph.ScoreGraph;
import io.latentry.core.preprocessing.Block;
import io.latentry.core.preprocessing.Prepared;
import io.latentry.core.preprocessing.TablePreprocessor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The shape of a detector with weights of chance: every kind of part that a real one has. */
record ToyDetector(TablePreprocessor preprocessor, int members, ScoreMix mix, long seed)
    implements ScoreGraph {
  private static final int HIDDEN = 10;
  private static final int LATENT = 3;
  private static final int CODES = 20;
  private static final int NEIGHBOURS = 3;

  @Override
  public <T> Map<Output, T> build(Ops<T> ops, GraphValues<T> inputs) {
    Schema schema = preprocessor.schema();
    int width = preprocessor.width();
    Prepared<T> rows = preprocessor.apply(ops, inputs);
    T hidden =
        ops.silu(
            ops.add(
                ops.matmul(rows.x(), weight(ops, "encoder.0.weight", width, HIDDEN)),
                weight(ops, "encoder.0.bias", 1, HIDDEN)));
    T mean =
        ops.add(
            ops.matmul(hidden, weight(ops, "encoder.mean.weight", HIDDEN, LATENT)),
            weight(ops, "encoder.mean.bias", 1, LATENT));
    T expected =
        ops.matmul(
            ops.silu(ops.matmul(mean, weight(ops, "decoder.0.weight", LATENT, HIDDEN))),
            weight(ops, "decoder.1.weight", HIDDEN, width));

    T nats = ops.mul(ops.square(ops.sub(rows.x(), expected)), ops.scalar(0.5f));
    if (rows.observed() != null) {
      nats = ops.mul(nats, rows.observed());
    }
    T contribution = ops.mean(ops.matmul(nats, byColumn(ops)), 0, false);
    T reconstruction = ops.sum(contribution, 1, false);
    T latent = distanceToNeighbours(ops, mean);
    T expectedByAll = ops.mean(expected, 0, false);

    Map<Output, T> outputs = new EnumMap<>(Output.class);
    outputs.put(Output.SCORE, judged(ops, rows, mix.score(ops, reconstruction, latent)));
    outputs.put(Output.RECONSTRUCTION_TERM, judged(ops, rows, reconstruction));
    outputs.put(Output.LATENT_TERM, judged(ops, rows, latent));
    outputs.put(Output.CONTRIBUTION, contribution);
    outputs.put(Output.LATENT_MEAN, ops.squeeze(ops.slice(mean, 0, 0, 1), 0));
    if (schema.numericCount() > 0) {
      outputs.put(Output.RECONSTRUCTION, preprocessor.numericInUnits(ops, expectedByAll));
    }
    if (schema.categoricalCount() > 0) {
      outputs.put(Output.RECONSTRUCTION_CATEGORICAL, likeliestCategories(ops, expectedByAll));
    }
    return outputs;
  }

  /** Runs the detector in plain Java, as a training engine would. */
  Map<Output, Dense> run(Rows rows) {
    return build(new ArrayOps(), preprocessor.raw(rows, Dense::of));
  }

  private static <T> T judged(Ops<T> ops, Prepared<T> rows, T value) {
    return ops.where(rows.invalid(), ops.scalar(Float.NaN), value);
  }

  private <T> T distanceToNeighbours(Ops<T> ops, T mean) {
    float[] codes = random("codes", members * CODES * LATENT);
    float[] transposed = new float[codes.length];
    float[] squares = new float[members * CODES];
    for (int code = 0; code < members * CODES; code++) {
      for (int j = 0; j < LATENT; j++) {
        float value = codes[code * LATENT + j];
        transposed[(code / CODES * LATENT + j) * CODES + code % CODES] = value;
        squares[code] += value * value;
      }
    }
    T product = ops.matmul(mean, ops.constant(transposed, members, LATENT, CODES));
    T rank = ops.sub(ops.constant(squares, members, 1, CODES), ops.mul(product, ops.scalar(2)));
    long[] offsets = new long[members];
    for (int m = 0; m < members; m++) {
      offsets[m] = (long) m * CODES;
    }
    T nearest =
        ops.gather(
            ops.constant(codes, (long) members * CODES, LATENT),
            ops.addIndex(ops.smallest(rank, NEIGHBOURS).indices(), offsets, members, 1, 1));
    T differences = ops.sub(ops.unsqueeze(mean, 2), nearest);
    T distances = ops.sqrt(ops.sum(ops.square(differences), -1, false));
    return ops.mean(ops.mean(distances, -1, false), 0, false);
  }

  /** {@code [width, columns]}: which entries came from which column. */
  private <T> T byColumn(Ops<T> ops) {
    int columns = preprocessor.schema().columns().size();
    float[] incidence = new float[preprocessor.width() * columns];
    for (Block block : preprocessor.blocks()) {
      for (int i = 0; i < block.width(); i++) {
        incidence[(block.offset() + i) * columns + block.column()] = 1;
      }
    }
    return ops.constant(incidence, preprocessor.width(), columns);
  }

  private <T> T likeliestCategories(Ops<T> ops, T expected) {
    Schema schema = preprocessor.schema();
    List<T> columns = new ArrayList<>();
    for (int j = 0; j < schema.categoricalCount(); j++) {
      int offset = preprocessor.blockOf(schema.numericCount() + j).offset();
      T best = ops.slice(expected, 1, offset, offset + 1L);
      T index = ops.mul(best, ops.scalar(0));
      for (int k = 1; k < schema.categorical(j).categories().size(); k++) {
        T other = ops.slice(expected, 1, offset + k, offset + k + 1L);
        T better = ops.less(best, other);
        best = ops.where(better, other, best);
        index = ops.where(better, ops.scalar(k), index);
      }
      columns.add(index);
    }
    return ops.concat(1, columns);
  }

  private <T> T weight(Ops<T> ops, String name, int in, int out) {
    return ops.weight(name, random(name, members * in * out), members, in, out);
  }

  private float[] random(String name, int count) {
    Random random = new Random(seed * 31 + name.hashCode());
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 0.4f * (float) random.nextGaussian();
    }
    return values;
  }
}
