package io.latentry.load.growth;

import java.util.List;
import java.util.stream.Stream;

/**
 * How fit and score grow with one thing.
 *
 * @param name of its picture, such as {@code rows}
 * @param title what grows, such as {@code Rows}
 * @param setting what was fitted and scored, in a sentence
 * @param fit curves of fits
 * @param score curves of scoring
 */
public record Part(String name, String title, String setting, List<Curve> fit, List<Curve> score) {
  public Part {
    fit = List.copyOf(fit);
    score = List.copyOf(score);
  }

  List<Curve> curves() {
    return Stream.concat(fit.stream(), score.stream()).toList();
  }

  List<Method> methods() {
    return curves().stream().map(Curve::method).distinct().sorted().toList();
  }
}
