package io.latentry.server.oip.tensor;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.Judgements;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the tensors of an answer out of verdicts: those asked for, in the order asked for. */
public final class TensorsFromJudgements {
  /** What is answered if nothing is named: one element a row, and nothing that costs more. */
  public static final List<String> USUAL =
      List.of(
          "score", "p_value", "verdict", "anomaly", "reason", "reconstruction_term", "latent_term");

  private final List<TensorShape> wanted;

  private TensorsFromJudgements(List<TensorShape> wanted) {
    this.wanted = wanted;
  }

  /**
   * @param names the outputs asked for; empty for the usual ones
   * @param graph the outputs that the artifact has
   */
  public static TensorsFromJudgements of(List<String> names, Manifest manifest, Set<Output> graph) {
    List<TensorShape> wanted = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String asked : names.isEmpty() ? USUAL : names) {
      // All are written small, and Flink's client writes names in capitals.
      String name = asked.toLowerCase(Locale.ROOT);
      @Nullable TensorShape output = ModelTensors.outputOfService(name, manifest, graph);
      if (output == null) {
        throw BadInput.of(
            "output '" + asked + "': unknown",
            ModelTensors.ofService(manifest, graph).outputs().stream()
                .map(known -> "'" + known.name() + "'")
                .collect(Collectors.joining(", ")));
      }
      if (!seen.add(name)) {
        throw BadInput.of("output '" + asked + "' twice", "each output once");
      }
      wanted.add(output);
    }
    return new TensorsFromJudgements(wanted);
  }

  /** The graph's outputs that the verdicts must come with. */
  public Set<Output> needed() {
    EnumSet<Output> needed = EnumSet.noneOf(Output.class);
    for (TensorShape shape : wanted) {
      for (Output output : Output.values()) {
        if (output.graphName().equals(shape.name())) {
          needed.add(output);
        }
      }
    }
    return needed;
  }

  public List<OutputTensor> read(Judgements judged) {
    return wanted.stream().map(output -> tensor(output, judged)).toList();
  }

  private static OutputTensor tensor(TensorShape output, Judgements judged) {
    long[] shape = output.shape().stream().mapToLong(Long::longValue).toArray();
    shape[0] = judged.count();
    return new OutputTensor(
        output.name(), output.datatype(), shape, elements(output.name(), judged));
  }

  private static Elements elements(String name, Judgements judged) {
    for (VerdictOutput output : VerdictOutput.values()) {
      if (output.tensorName().equals(name)) {
        return elements(output, judged);
      }
    }
    for (Output output : Output.values()) {
      if (output == Output.SCORE && output.graphName().equals(name)) {
        float[] scores = new float[judged.count()];
        for (int row = 0; row < scores.length; row++) {
          scores[row] = judged.score(row);
        }
        return new Elements.Floats(scores);
      }
      if (output.graphName().equals(name)) {
        return output == Output.RECONSTRUCTION_CATEGORICAL
            ? new Elements.Texts(judged.scores().expectedCategories())
            : new Elements.Floats(judged.scores().values(output));
      }
    }
    throw new IllegalStateException("output: '" + name + "' was let through");
  }

  private static Elements elements(VerdictOutput output, Judgements judged) {
    int count = judged.count();
    switch (output) {
      case P_VALUE -> {
        double[] values = new double[count];
        for (int row = 0; row < count; row++) {
          values[row] = judged.pValue(row);
        }
        return new Elements.Doubles(values);
      }
      case ANOMALY -> {
        boolean[] values = new boolean[count];
        for (int row = 0; row < count; row++) {
          values[row] = judged.verdict(row) != Verdict.NORMAL;
        }
        return new Elements.Truths(values);
      }
      case ROW -> {
        long[] values = new long[count];
        for (int row = 0; row < count; row++) {
          values[row] = row;
        }
        return new Elements.Longs(values);
      }
      case VERDICT, REASON -> {
        String[] values = new String[count];
        for (int row = 0; row < count; row++) {
          values[row] =
              output == VerdictOutput.VERDICT ? judged.verdict(row).word() : judged.reason(row);
        }
        return new Elements.Texts(values);
      }
    }
    throw new IllegalStateException("output: " + output);
  }
}
