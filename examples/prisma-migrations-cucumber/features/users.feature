Feature: Users

  Scenario Outline: <email> is user 2
    Given the author "<email>"
    Then User contains:
      | id | email            | role   |
      | 1  | Root@Example.com | EDITOR |
      | 2  | <email>          | AUTHOR |
    And "<other>" cannot sign up again

    Examples:
      | email            | other            |
      | ada@example.com  | Ada@Example.COM  |
      | cleo@example.com | CLEO@example.com |
