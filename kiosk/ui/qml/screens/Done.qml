// It is done: what came of it, and what to keep.
import "../controls"

Shape {
    sign: shown.icon
    done: shown.icon === "check"
    leadSpan: 5
    bodySpan: 7
}
