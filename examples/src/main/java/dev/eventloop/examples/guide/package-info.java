/**
 * The experiments of the course in docs/guide, one class for each chapter. They are short, stand
 * alone, and print the figures that the chapter tells of; what it quotes is quoted from here.
 */
package dev.eventloop.examples.guide;
