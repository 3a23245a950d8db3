Feature: One content is one revision, on every instance

  Scenario: Two instances on the same files show one number
    Given a second instance runs on the same database
    Then both instances show revision 1
    When the operator sets api.v2Enabled to true
    And the second instance gets the same files
    Then both instances show revision 2

  Scenario: An instance that has other files has another number
    Given a second instance runs on the same database
    When the operator sets api.v2Enabled to true
    Then the first instance shows revision 2
    And the second instance shows revision 1

  Scenario: Going back is a new revision
    Given the operator has set api.v2Enabled to true
    When the operator clears the settings
    Then revision 3 is in force

  Scenario: An instance whose content another one has registered later moves its number forward
    Given a second instance runs on the same database
    When the operator sets api.v2Enabled to true
    And the operator clears the settings
    Then the first instance shows revision 3
    When the second instance looks at the database
    Then both instances show revision 3

  Scenario: A restart finds its number
    Given the operator has set api.v2Enabled to true
    When the service is restarted
    Then the first instance shows revision 2

  Scenario: What has changed while the service was down is in the history
    Given Root is an administrator
    And Root has looked at the configuration
    When the files become, while the service is down:
      """
      api: {v2Enabled: true}
      """
    And Root lists the revisions
    Then the revisions are, the newest first:
      | revision | trigger | who | changed       |
      | 2        | start   |     | api.v2Enabled |
      | 1        | start   |     |               |

  Scenario: The revision is null until the database has numbered the change
    Given the operator has set docs.enabled to false
    When the database is out of reach
    And the operator sets docs.enabled to true
    Then the first instance shows no revision
