package io.latentry.training.model.architecture;

import io.latentry.core.graph.Ops;
import io.latentry.core.preprocessing.WindowView;
import io.latentry.training.model.layer.Parameter;
import io.latentry.training.model.layer.Weights;
import java.util.List;

/** Reads a window point by point, oldest first; its features are what it remembers at the end. */
final class RecurrentEncoder implements Encoder {
  private final WindowView view;
  private final Recurrence recurrence;
  private final Members members;

  RecurrentEncoder(WindowView view, RecurrentCell cell) {
    this.view = view;
    recurrence = new Recurrence("encoder", cell);
    members = new Members(recurrence.parameters().get(0));
  }

  @Override
  public List<Parameter> parameters() {
    return recurrence.parameters();
  }

  @Override
  public int width() {
    return recurrence.units();
  }

  @Override
  public <T> T encode(Ops<T> ops, Weights<T> weights, T x) {
    List<T> points = view.points(ops, members.each(ops, weights, x));
    return recurrence.run(ops, weights, points).get(view.size() - 1);
  }
}
