package io.latentry.core.preprocessing;

import io.latentry.core.data.ImageSpec;
import io.latentry.core.graph.Ops;

/** The features of an image that is seen pixel by pixel: each value of it, plane by plane. */
record PixelFeatures(ImageSpec spec) implements Features {
  private static final String[] COLOURS = {"red", "green", "blue"};

  @Override
  public int count() {
    return spec.values();
  }

  /** Such as {@code red of row 3, column 7}; rows and columns from 0. */
  @Override
  public String name(int feature) {
    int pixel = feature % (spec.height() * spec.width());
    String colour =
        spec.channels() == 1 ? "grey" : COLOURS[feature / (spec.height() * spec.width())];
    return "%s of row %d, column %d".formatted(colour, pixel / spec.width(), pixel % spec.width());
  }

  @Override
  public int of(int entry) {
    return entry;
  }

  @Override
  public <T> T sum(Ops<T> ops, T entries) {
    return entries;
  }
}
