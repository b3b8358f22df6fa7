package io.latentry.training.term;

/**
 * A trained model's view of stored training rows, from which a latent term is fitted.
 *
 * @param count codes of each member
 * @param latent latent units
 * @param width entries of the model's vector
 * @param mean {@code float[members * count * latent]}, row-major: posterior means
 * @param logVar the same: logarithms of the posterior variances
 * @param expected {@code float[members * count * width]}: what the model expects
 * @param residual the same: row less expectation
 */
public record Codes(
    int members,
    int count,
    int latent,
    int width,
    float[] mean,
    float[] logVar,
    float[] expected,
    float[] residual) {

  /** A unit whose means spread less than this over the codes is not in use. */
  private static final double IN_USE = 0.05;

  /** {@code float[members * latent]}: 1 for units in use; all of them if a member uses none. */
  float[] unitsInUse() {
    float[] use = new float[members * latent];
    for (int m = 0; m < members; m++) {
      boolean any = false;
      for (int j = 0; j < latent; j++) {
        boolean used = Math.sqrt(moments(mean, latent, m, j)[1]) > IN_USE;
        use[m * latent + j] = used ? 1 : 0;
        any |= used;
      }
      for (int j = 0; j < latent && !any; j++) {
        use[m * latent + j] = 1;
      }
    }
    return use;
  }

  /** Mean and variance over the codes of column {@code j} of member {@code m}. */
  public double[] moments(float[] values, int columns, int m, int j) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += values[(m * count + i) * columns + j];
    }
    double center = sum / count;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      double away = values[(m * count + i) * columns + j] - center;
      squares += away * away;
    }
    return new double[] {center, squares / count};
  }
}
