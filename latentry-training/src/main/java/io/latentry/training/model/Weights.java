package io.latentry.training.model;

/** The learned values of a model, by name. */
@FunctionalInterface
public interface Weights<T> {
  /** {@code [members, ...]}; throws if there is none of that name. */
  T get(String name);
}
