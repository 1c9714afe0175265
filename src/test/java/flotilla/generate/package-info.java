/** Tests of what the generator wrote, with the compilers that programs are built with. */
package flotilla.generate;
