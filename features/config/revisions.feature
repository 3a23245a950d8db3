Feature: Revision numbers

  Scenario: Instances with the same settings report the same revision
    Given a second instance is running
    Then the first instance reports revision 1
    And the second instance reports revision 1
    When the operator sets api.v2Enabled to true
    And the second instance loads the same files
    Then the first instance reports revision 2
    And the second instance reports revision 2

  Scenario: Instances with different settings report different revisions
    Given a second instance is running
    When the operator sets api.v2Enabled to true
    Then the first instance reports revision 2
    And the second instance reports revision 1

  Scenario: Returning to earlier settings creates a new revision
    Given the operator has set api.v2Enabled to true
    When the operator empties local.yaml
    Then revision 3 is active

  Scenario: An instance adopts the later revision number of the same settings
    Given a second instance is running
    When the operator sets api.v2Enabled to true
    And the operator empties local.yaml
    Then the first instance reports revision 3
    When the second instance checks the database for changes
    Then the first instance reports revision 3
    And the second instance reports revision 3

  Scenario: A restart keeps the revision number
    Given the operator has set api.v2Enabled to true
    When the service is restarted
    Then the first instance reports revision 2

  Scenario: Changes during downtime are in the revision history
    Given Root is an administrator
    When Root requests the configuration
    And the ETag is saved
    And the service is restarted with the settings:
      """
      api: {v2Enabled: true}
      """
    And Root requests the revision history
    Then the revision history is:
      | revision | trigger | who | changed       |
      | 2        | start   |     | api.v2Enabled |
      | 1        | start   |     |               |

  Scenario: The revision history marks changes that wait for a restart
    Given Root is an administrator
    And the operator has set server.port to 9999
    And the operator has set api.v2Enabled to true
    When Root requests the revision history
    Then the revision history is:
      | revision | trigger | who | changed       | pending restart |
      | 3        | watch   |     | api.v2Enabled |                 |
      | 2        | watch   |     | server.port   | server.port     |
      | 1        | start   |     |               |                 |

  Scenario: The revision is null until it is saved in the database
    Given the operator has set docs.enabled to false
    When the database becomes unavailable
    And the operator sets docs.enabled to true
    Then the first instance reports revision null
