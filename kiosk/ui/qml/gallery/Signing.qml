// The signature pad: empty and signed.
import QtQuick
import "../controls"

Page {
    id: page

    Specimen {
        width: page.each
        state_: "empty"
        SignaturePad {
            objectName: "pad"
            width: page.each
        }
    }
    Specimen {
        width: page.each
        state_: "signed"
        SignaturePad {
            width: page.each
            strokes: page.shown.strokes
        }
    }
}
