/**
 * The experiments of docs/guide, one class per chapter. Each is short and stands alone. The
 * chapters quote this code and the figures that it prints.
 */
package dev.eventloop.examples.guide;
