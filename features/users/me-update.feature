Feature: Updating the profile

  Scenario Outline: Changing the <field>
    Given Ada is logged in
    When Ada changes her <field> to "<value>"
    Then the account has <field> "<value>"
    And the response has an ETag

    Examples:
      | field        | value                     |
      | description  | Countess, and no poet. 🦋 |
      | current_goal | to see the engine built   |
      | email        | Ada@example.org           |

  Scenario: A change is visible in the next request
    Given Ada is logged in
    When Ada requests the current user
    And Ada changes her description to "new"
    And Ada requests the current user
    Then the account has description "new"

  Scenario: A change is visible on every instance despite its cache
    Given Ada is logged in
    And a second instance is running
    When Ada requests the current user on the second instance
    And Ada changes her description to "new"
    And Ada requests the current user on the second instance
    Then the account has description "new"

  Scenario Outline: Removing the <field>
    Given Ada is logged in
    When Ada changes her <field> to "<value>"
    And Ada changes her <field> to null
    Then the account has <field> null

    Examples:
      | field        | value           |
      | description  | something       |
      | current_goal | something       |
      | email        | ada@example.org |

  Scenario: Other fields are unchanged
    Given Ada is logged in
    When Ada changes her description to "stays"
    And Ada changes her current_goal to "moves"
    Then the account has description "stays"

  Scenario: An empty update changes nothing
    Given Ada is logged in
    When Ada changes her description to "stays"
    And Ada sends PATCH /api/v1/users/me with the body '{}'
    Then the account has description "stays"

  Scenario: A change is audited
    Given Ada is logged in
    When Ada changes her description to "new"
    Then the audit log has 1 "user.updated" event for this request
