// It is done: what came of it, and what to keep.
import "../controls"

Shape {
    sign: "check"
    done: true
    leadSpan: 5
    bodySpan: 7
}
