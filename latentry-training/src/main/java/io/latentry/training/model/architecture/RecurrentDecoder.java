package io.latentry.training.model.architecture;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.WindowView;
import io.latentry.training.model.layer.Dense;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Is given the code at each point, and tells the newest point first: what the encoder read last is
 * what a code holds best, and each point is told out of those after it.
 *
 * @see <a href="https://arxiv.org/abs/1502.04681">Srivastava et al. 2015, section 2.2, for the
 *     reversed order</a>
 */
final class RecurrentDecoder implements Decoder {
  private final WindowView view;
  private final Recurrence recurrence;
  private final Dense output;

  RecurrentDecoder(WindowView view, RecurrentCell cell) {
    this.view = view;
    recurrence = new Recurrence("decoder", cell);
    output = new Dense("decoder.output", cell.units(), view.width(), 1);
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>(recurrence.parameters());
    parameters.addAll(output.parameters());
    return parameters;
  }

  @Override
  public <T> T decode(Ops<T> ops, Weights<T> weights, T z) {
    List<T> points = new ArrayList<>();
    for (T shown : recurrence.run(ops, weights, Collections.nCopies(view.size(), z))) {
      points.add(0, output.apply(ops, weights, shown));
    }
    return view.vector(ops, points);
  }
}
