// One control in one state, with the name of the state above.
import QtQuick
import "../theme"
import "../controls"

Column {
    id: specimen
    property string state_

    spacing: Theme.space(2)

    Words {
        width: parent.width
        role: "caption"
        text: specimen.state_
    }
}
