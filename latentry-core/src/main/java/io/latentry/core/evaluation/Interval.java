package io.latentry.core.evaluation;

/** An estimate with its two-sided 95 % confidence interval. */
public record Interval(double estimate, double low, double high) {}
