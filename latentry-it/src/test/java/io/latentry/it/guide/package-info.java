/**
 * The commands of the guides in {@code docs}, and the service that they are typed at: start at
 * {@link io.latentry.it.guide.GuideService}.
 */
package io.latentry.it.guide;
